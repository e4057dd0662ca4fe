import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Whether the request carries this token as its bearer token; in constant time, and never where the token is not set. */
export function carriesToken(request: IncomingMessage, token: string | null): boolean {
  const given = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return token !== null && given !== undefined && timingSafeEqual(digest(given), digest(token));
}

// Digests have one length, so comparing them tells nothing of the length of the token either.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
