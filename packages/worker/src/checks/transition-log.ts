import type { CheckKey, Outcome, State } from "@caretaker/health";
import type { WorkerLog } from "../log.js";

/** One published outcome and the states on both sides of it. */
export interface PublishedOutcome {
  readonly key: CheckKey;
  readonly from: State;
  readonly to: State;
  readonly outcome: Outcome;
  readonly runId: string;
  /** The raw cause; the logger redacts it. */
  readonly error: unknown;
}

/** Logs what changed, not what ran. */
export interface TransitionLog {
  published(outcome: PublishedOutcome): void;
}

/** How often a check that stays down is said again. */
const REMIND_AFTER_MS = 600_000;

/** One line per transition, with the raw error that no public answer shows, and one every 10 min while a check is down. */
export function createTransitionLog(log: WorkerLog, monotonicMs: () => number): TransitionLog {
  const saidAtMs = new Map<string, number>();
  return {
    published: ({ key, from, to, outcome, runId, error }) => {
      const field = `${key.check}@${key.host ?? ""}`;
      const isReminder = to === "down" && monotonicMs() - (saidAtMs.get(field) ?? 0) >= REMIND_AFTER_MS;
      if (from === to && !isReminder) return;
      saidAtMs.set(field, monotonicMs());
      const fields = { ...key, from, to, code: outcome.code, durationMs: outcome.durationMs, runId };
      if (to === "down") log.warn(from === to ? "check still down" : "check state", { ...fields, error });
      else log.info("check state", fields);
    },
  };
}
