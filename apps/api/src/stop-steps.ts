import { setTimeout as delay } from "node:timers/promises";
import type { Lifecycle } from "@caretaker/health";
import type { ShutdownStep } from "@caretaker/service";
import type { StatusEvents } from "./events/status-events.js";
import type { HttpServer } from "./http-server.js";

/** What is to be stopped. */
export interface StopStepsOptions {
  readonly lifecycle: Lifecycle;
  readonly http: HttpServer;
  /** Those who follow the status: told to go elsewhere at once. */
  readonly events: Pick<StatusEvents, "end">;
  readonly drainDelayMs: number;
  /** Tells the other instances that this one leaves; `null` where they do not count each other. */
  readonly leave: (() => Promise<void>) | null;
  readonly closeRedis: () => void;
}

/** The steps in the order of operations.md §3. */
export function createStopSteps({
  lifecycle,
  http,
  events,
  drainDelayMs,
  leave,
  closeRedis,
}: StopStepsOptions): ShutdownStep[] {
  return [
    {
      name: "drain",
      run: () => {
        lifecycle.drain();
        http.drain();
        events.end();
        // Not waited for: draining must not hang on a store that is away, and silence says the same in 15 s.
        void leave?.();
      },
    },
    {
      name: "drain delay",
      // Cut short by the deadline, which is no failure of this step.
      run: (signal) => delay(drainDelayMs, undefined, { signal }).catch(() => undefined),
    },
    { name: "close connections", run: http.close },
    { name: "close redis", run: closeRedis },
  ];
}
