import type { CheckKey } from "@caretaker/health";
import type { WorkerRegistry } from "@caretaker/redis-store";
import type { Redis } from "ioredis";
import type { Heartbeat } from "./heartbeat.js";
import type { QueueWorker } from "./queue/queue-worker.js";

/** One named step of stopping; ends soon after its signal aborts. */
export interface StopStep {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/** What is to be stopped. */
export interface StopStepsOptions {
  readonly id: string;
  readonly heartbeat: Heartbeat;
  /** What else looks at the store by itself. */
  readonly watches: readonly { stop(): void }[];
  readonly registry: WorkerRegistry;
  readonly store: Redis;
  readonly workers: readonly QueueWorker[];
  readonly hostKeys: readonly CheckKey[];
  /** Lets other machines have this one's retention targets. */
  readonly releaseTargets: () => Promise<unknown>;
  /** Tells running cleanups to end after the session they are at. */
  readonly stopCleanups: () => void;
  /** Tells running checks to end. */
  readonly abort: () => void;
}

/** How long running checks get to end by themselves. */
const GRACE_MS = 3_000;

/** The steps in the order of operations.md §3. */
export function createStopSteps(options: StopStepsOptions): readonly StopStep[] {
  const { id, heartbeat, watches, registry, store, workers, hostKeys, releaseTargets, stopCleanups, abort } = options;
  return [
    {
      name: "stop scheduling",
      run: async () => {
        heartbeat.stop();
        for (const watch of watches) watch.stop();
        for (const worker of workers) worker.pause("stopping");
        stopCleanups();
      },
    },
    { name: "finish running work", run: (signal) => finish(workers, { abort, signal }) },
    {
      name: "withdraw host results",
      // With the store away there is nobody to tell; the results go stale, and the targets are free, by themselves.
      run: async () => {
        await registry.withdraw(id, hostKeys).catch(() => undefined);
        await releaseTargets().catch(() => undefined);
      },
    },
    {
      name: "close queues",
      run: async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        store.disconnect();
      },
    },
  ];
}

/** Lets running work end, and aborts it when the grace or the deadline is over. */
async function finish(
  workers: readonly QueueWorker[],
  { abort, signal }: { abort: () => void; signal: AbortSignal },
): Promise<void> {
  const idle = Promise.all(workers.map((worker) => worker.idle()));
  const timer = setTimeout(abort, GRACE_MS);
  signal.addEventListener("abort", abort, { once: true });
  await Promise.race([idle, ended(signal)]);
  clearTimeout(timer);
  abort();
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
