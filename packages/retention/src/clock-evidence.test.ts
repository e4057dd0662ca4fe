import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readClockEvidence } from "./clock-evidence.js";

describe("readClockEvidence", () => {
  it("grows with the machine's time and stays with its start", () => {
    const [one, two] = [readClockEvidence(), readClockEvidence()];
    expect(one.upMs).toBeGreaterThan(0);
    expect(two.upMs).toBeGreaterThanOrEqual(one.upMs);
    expect(two.bootId).toBe(one.bootId);
  });

  it.skipIf(process.platform !== "linux")("names the machine's start as the kernel does", () => {
    expect(readClockEvidence().bootId).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  });
});
