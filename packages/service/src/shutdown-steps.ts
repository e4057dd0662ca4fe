import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";

/** One thing to stop. It should end soon after its signal aborts, which is at the deadline. */
export interface ShutdownStep {
  readonly name: string;
  run(signal: AbortSignal): unknown;
}

// A step that does not react to its aborted signal is left behind after this long, so that the rest get their turn.
const REACTION_MS = 250;

interface StepContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Runs the steps in order, each to its end whatever the others did; whether all of them succeeded. */
export async function runSteps(steps: readonly ShutdownStep[], context: StepContext): Promise<boolean> {
  let clean = true;
  for (const step of steps) {
    if (!(await runStep(step, context))) clean = false;
  }
  return clean;
}

async function runStep(step: ShutdownStep, { signal, log, clock }: StepContext): Promise<boolean> {
  const startedMs = clock.monotonicMs();
  const took = () => ({ step: step.name, ms: Math.round(clock.monotonicMs() - startedMs) });
  try {
    await endsInTime(step, signal);
    log.info("shutdown step", { ...took(), ok: true });
    return true;
  } catch (error) {
    log.error("shutdown step", { ...took(), ok: false, error });
    return false;
  }
}

function endsInTime(step: ShutdownStep, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      setTimeout(() => reject(new Error(`the step did not end ${REACTION_MS} ms after the deadline`)), REACTION_MS);
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
    Promise.resolve()
      .then(() => step.run(signal))
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", giveUp));
  });
}
