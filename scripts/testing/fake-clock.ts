import { execFileSync } from "node:child_process";

/** The environment under which a process sees a wall clock that is off; `null` where faketime is not installed. */
export function fakeClock(offset: string): Record<string, string> | null {
  try {
    const preload = execFileSync("faketime", ["-f", offset, "printenv", "LD_PRELOAD"], { encoding: "utf8" }).trim();
    // Timers are monotonic and stay right, as on a host whose clock was set wrong.
    return { LD_PRELOAD: preload, FAKETIME: offset, DONT_FAKE_MONOTONIC: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1" };
  } catch {
    return null;
  }
}
