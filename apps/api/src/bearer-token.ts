import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The bearer token that a request carries, if it carries one. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** Whether a text is this token; in constant time, and never where the token is not set. */
export function isToken(given: string, token: string | null): boolean {
  return token !== null && timingSafeEqual(digest(given), digest(token));
}

// Digests have one length, so comparing them tells nothing of the length of the token either.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
