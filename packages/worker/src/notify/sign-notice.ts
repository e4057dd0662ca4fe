import { createHmac } from "node:crypto";

/** The header that carries the signature of a notice. */
export const SIGNATURE_HEADER = "caretaker-signature";

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`, so that an old notice cannot be sent again as a new one. */
export function signNotice(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  return `t=${seconds},v1=${digestOf(body, secret, seconds).toString("hex")}`;
}

/** The 32 bytes a signature is made of. */
export function digestOf(body: string, secret: string, seconds: number): Buffer {
  return createHmac("sha256", secret).update(`${seconds}.${body}`).digest();
}
