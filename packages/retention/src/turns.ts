import { setImmediate } from "node:timers/promises";

/** Slices of time for work that would otherwise hold up everything else in the process. */
export interface Turns {
  /** Whether this slice is used up. */
  isOver(): boolean;
  /** Lets other work through once this slice is used up; otherwise goes on at once. */
  next(): Promise<void>;
}

/** How long a slice is. */
export interface TurnsOptions {
  /** Default 8: the event loop may be made to wait 50 ms at most, and one step of a slice may be long. */
  readonly budgetMs?: number;
  /** A clock that nobody sets; in ms. Default the process's own. */
  readonly nowMs?: () => number;
}

/** Starts the first slice now. */
export function createTurns({ budgetMs = 8, nowMs = () => performance.now() }: TurnsOptions = {}): Turns {
  let endsMs = nowMs() + budgetMs;
  const isOver = () => nowMs() >= endsMs;
  const next = async () => {
    if (!isOver()) return;
    await setImmediate();
    endsMs = nowMs() + budgetMs;
  };
  return { isOver, next };
}

/**
 * Work in small steps, one a `yield`, which may be done at once or in turns; it returns its result. A promise that it
 * yields is waited for before the next step.
 */
export type Steps<Result> = Generator<Promise<unknown> | undefined, Result, undefined>;

/** Takes all steps without a break; throws a `TypeError` when one of them would have to be waited for. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value !== undefined) throw new TypeError("work that waits cannot be done at once");
  }
}

/** Takes the steps in turns with everything else; throws the signal's reason once it is aborted. */
export async function inTurns<Result>(
  steps: Steps<Result>,
  { turns = createTurns(), signal }: { readonly turns?: Turns; readonly signal?: AbortSignal | undefined } = {},
): Promise<Result> {
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (step.value !== undefined) await step.value;
    if (turns.isOver()) await turns.next();
  }
}
