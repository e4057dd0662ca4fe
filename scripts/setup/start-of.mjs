import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process began, as text to compare: with its id, the same process and no later one of that id. Linux counts ticks
 * since boot; elsewhere `ps` tells the second.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined when that is not to be known
 */
export function startOf(pid) {
  return process.platform === "linux" ? startTicks(pid) : startSecond(pid);
}

/** @param {number} pid */
function startTicks(pid) {
  try {
    // After the name in parentheses, which may hold blanks, comes the third field of the manual; this is the 22nd.
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function startSecond(pid) {
  const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
  });
  return stdout?.trim() || undefined;
}
