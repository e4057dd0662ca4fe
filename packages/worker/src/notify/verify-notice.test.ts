import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { signNotice } from "./sign-notice.js";
import { verifyNotice } from "./verify-notice.js";

const secret = "a-secret-of-the-receiver";
const body = '{"text":"db is down"}';
const nowMs = 1_764_115_200_000;
const signature = signNotice(body, secret, nowMs);

it("is HMAC-SHA256 of the seconds, a dot and the body, which anybody can compute", () => {
  const hex = createHmac("sha256", secret).update(`1764115200.${body}`).digest("hex");
  expect(signature).toBe(`t=1764115200,v1=${hex}`);
  expect(verifyNotice({ signature, body, secret, nowMs })).toBe(true);
});

it.each([
  ["another body", { body: `${body} ` }],
  ["another secret", { secret: "another-secret-of-somebody" }],
  ["a signature moved to another time", { signature: signature.replace("1764115200", "1764115201") }],
  ["no signature", { signature: undefined }],
  ["half a signature", { signature: signature.slice(0, -2) }],
  ["something else", { signature: "t=,v1=" }],
])("refuses %s", (_, changed) => {
  expect(verifyNotice({ signature, body, secret, nowMs, ...changed })).toBe(false);
});

it("refuses one that is sent again later, to the millisecond", () => {
  expect(verifyNotice({ signature, body, secret, nowMs: nowMs + 300_000 })).toBe(true);
  expect(verifyNotice({ signature, body, secret, nowMs: nowMs + 300_001 })).toBe(false);
  expect(verifyNotice({ signature, body, secret, nowMs: nowMs - 300_001 })).toBe(false);
  expect(verifyNotice({ signature, body, secret, nowMs: nowMs + 1_001, toleranceMs: 1_000 })).toBe(false);
});
