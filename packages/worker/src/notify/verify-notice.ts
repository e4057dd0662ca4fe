import { timingSafeEqual } from "node:crypto";
import { digestOf, SIGNATURE_HEADER } from "./sign-notice.js";

export { SIGNATURE_HEADER };

/** A notice as it arrived. */
export interface ArrivedNotice {
  /** The value of the header `Caretaker-Signature`. */
  readonly signature: string | undefined;
  /** The body as it came, before any parsing. */
  readonly body: string;
  readonly secret: string;
  readonly nowMs: number;
  /** How old, or how far ahead, it may be; default 5 min. */
  readonly toleranceMs?: number;
}

const DEFAULT_TOLERANCE_MS = 300_000;
const SIGNATURE = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** Whether a notice comes from whoever has the secret, and now; compared in constant time. */
export function verifyNotice(arrived: ArrivedNotice): boolean {
  const { signature = "", body, secret, nowMs, toleranceMs = DEFAULT_TOLERANCE_MS } = arrived;
  const [, seconds, hex] = SIGNATURE.exec(signature) ?? [];
  if (seconds === undefined || hex === undefined) return false;
  const isOurs = timingSafeEqual(Buffer.from(hex, "hex"), digestOf(body, secret, Number(seconds)));
  return isOurs && Math.abs(nowMs - Number(seconds) * 1_000) <= toleranceMs;
}
