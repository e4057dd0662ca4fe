import { existsSync, readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { NodeCost } from "./run-node.js";

const RESOLUTION_MS = 1;

/** Does the work, and prints as JSON what it cost this process together with what it answers. */
export async function tellCost(work: () => Promise<object>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const answer = await work();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  // The last stretch is told of only once the loop has come round again.
  await new Promise((resolve) => setTimeout(resolve, 5 * RESOLUTION_MS));
  delay.disable();
  const cost: NodeCost = {
    wallMs,
    cpuMs: (user + system) / 1_000,
    peakRssBytes: peakRssBytes(),
    loopMaxMs: delay.max / 1e6 - RESOLUTION_MS,
  };
  process.stdout.write(JSON.stringify({ ...answer, ...cost }));
}

/** The most memory this process ever had. The system's own figure starts at what the process had that began this one. */
function peakRssBytes(): number {
  const kib = existsSync(STATUS) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, "utf8"))?.[1] : undefined;
  return Number(kib ?? process.resourceUsage().maxRSS) * 1_024;
}

const STATUS = "/proc/self/status";
