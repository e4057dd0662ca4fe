import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { ClockEvidence } from "./journal.js";

/** This machine's start and how long ago that was; sleep counts, a clock that is set does not. */
export function readClockEvidence(): ClockEvidence {
  return { bootId: readBootId(), upMs: Math.round(uptime() * 1_000) };
}

function readBootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || null;
  } catch {
    // Linux only; elsewhere a clock set back is still noticed.
    return null;
  }
}
