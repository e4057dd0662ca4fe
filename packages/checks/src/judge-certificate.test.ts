import { describe, expect, it } from "vitest";
import { judgeCertificate } from "./judge-certificate.js";

const DAY_MS = 86_400_000;
const marks = { warnBeforeMs: 21 * DAY_MS, failBeforeMs: 3 * DAY_MS };
const nowMs = 1_000_000_000_000;

function judge(leftMs: number, problem: string | null = null) {
  return judgeCertificate({ latencyMs: 1, endsAtMs: nowMs + leftMs, problem }, marks, nowMs);
}

describe("judgeCertificate", () => {
  it.each([
    [21 * DAY_MS + 1, "pass", "ok", 21],
    [21 * DAY_MS, "warn", "threshold", 21],
    [3 * DAY_MS + 1, "warn", "threshold", 3],
    [3 * DAY_MS, "fail", "threshold", 3],
    [1, "fail", "threshold", 0],
    [-1, "fail", "threshold", -1],
  ])("with %d ms left is a %s (%s) of %d days", (leftMs, status, code, daysLeft) => {
    expect(judge(leftMs)).toMatchObject({ status, code, measures: { daysLeft: { value: daysLeft, unit: "" } } });
  });

  it("is tls for one that is not trusted, however long it is good for, and for none at all", () => {
    expect(judge(90 * DAY_MS, "CERT_X")).toMatchObject({ status: "fail", code: "tls" });
    const none = judge(Number.NaN);
    expect(none).toMatchObject({ status: "fail", code: "tls" });
    expect(none.measures).not.toHaveProperty("daysLeft");
  });
});
