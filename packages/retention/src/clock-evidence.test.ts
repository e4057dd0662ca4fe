import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { describe, expect, it } from "vitest";
import { readClockEvidence } from "./clock-evidence.js";

describe("readClockEvidence", () => {
  it("grows with the machine's time and stays with its start", () => {
    const [one, two] = [readClockEvidence(), readClockEvidence()];
    expect(one.upMs).toBeGreaterThan(0);
    expect(two.upMs).toBeGreaterThanOrEqual(one.upMs);
    expect(two.bootId).toBe(one.bootId);
  });

  it("counts from the machine's start, in whole milliseconds", () => {
    const { upMs } = readClockEvidence();
    expect(Math.abs(upMs - uptime() * 1_000)).toBeLessThan(5_000);
    expect(Number.isInteger(upMs)).toBe(true);
  });

  it.skipIf(process.platform !== "linux")("names the machine's start as the kernel does", () => {
    expect(readClockEvidence().bootId).toBe(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  });
});
