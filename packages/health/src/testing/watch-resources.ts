import { equal } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

/** What keeps this process alive, compared with how it was. */
export interface ResourceWatch {
  /** Resolves once nothing is there that was not at the start; rejects after `ms` with an `AssertionError` naming it. */
  settle(ms: number): Promise<void>;
}

/** Begins to watch. What was told not to keep the process alive (`unref`) is not seen: a connection may be kept so. */
export function watchResources(): ResourceWatch {
  const before = countKinds();
  return {
    settle: async (ms) => {
      const deadlineMs = performance.now() + ms;
      while (addedTo(before).length > 0 && performance.now() < deadlineMs) await delay(10);
      equal(addedTo(before).join(", "), "", "left behind");
    },
  };
}

function addedTo(before: ReadonlyMap<string, number>): string[] {
  const now = [...countKinds()];
  return now.filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
}

function countKinds(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
