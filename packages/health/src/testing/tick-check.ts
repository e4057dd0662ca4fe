import { setTimeout as delay } from "node:timers/promises";
import type { CheckDefinition } from "../check.js";
import type { CheckStore } from "../check-store.js";
import { runCheck } from "../run-check.js";
import { next } from "../state.js";

interface TickOptions {
  readonly store: CheckStore;
  /** Aborts when the worker stops. */
  readonly signal: AbortSignal;
  /** How long a function may go on after its run before the lease counts as hung. */
  readonly abortWithinMs: number;
}

/** One tick as a worker makes it: begin, run, publish; a function that goes on keeps its lease, marked hung. */
export async function tickCheck(
  check: CheckDefinition,
  { store, signal, abortWithinMs }: TickOptions,
): Promise<"published" | "superseded" | "busy" | "hung" | "interrupted"> {
  const key = { check: check.name, host: null };
  const begun = await store.begin(key, check.timeoutMs + abortWithinMs);
  if (begun.kind !== "begun") return begun.kind;
  const { fence, previous } = begun.run;
  const { outcome, interrupted, settled } = await runCheck(check, { signal, monotonicMs: () => performance.now() });
  const hungForMs = (await isOverWithin(settled, abortWithinMs)) ? null : 2 * check.everyMs;
  if (interrupted) {
    await store.release(key, fence, hungForMs ?? 0);
    return "interrupted";
  }
  const progress = next(previous, outcome, check);
  return store.publish({ key, fence, runId: `${key.check}.${fence}`, progress, outcome, previous, hungForMs });
}

async function isOverWithin(settled: Promise<void>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const isLate = delay(ms, false, { signal: stop.signal }).catch(() => false);
  const isOver = await Promise.race([settled.then(() => true), isLate]);
  stop.abort();
  return isOver;
}
