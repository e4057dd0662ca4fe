import {
  type Adoption,
  type AdoptionPlan,
  type AdoptionRefusal,
  adoptSession,
  planAdoption,
} from "@caretaker/retention";
import type { Answer } from "../answer.js";
import type { CliContext } from "../context.js";
import { InterruptedError } from "../errors.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { OpenRetention } from "../open-retention.js";
import { newRunId } from "./new-run-id.js";
import { renderAdoptions } from "./render-adoptions.js";

/** One session, and what becomes of it. */
export type AdoptionStep = AdoptionPlan | AdoptionRefusal | Adoption;

/** Looks at each of these sessions once; touches nothing. */
export async function planAdoptions(
  { target }: Pick<OpenRetention, "target">,
  sessions: readonly string[],
  { nowMs }: Pick<CliContext, "nowMs">,
): Promise<readonly (AdoptionPlan | AdoptionRefusal)[]> {
  const planned = [];
  for (const session of new Set(sessions)) planned.push(await planAdoption(target, session, { nowMs: nowMs() }));
  return planned;
}

/**
 * Writes the markers that were planned, one after another.
 *
 * @throws InterruptedError between two; the journal knows which were written.
 */
export async function adoptSessions(
  { target, journal, lock, forbiddenRoots }: OpenRetention,
  planned: readonly (AdoptionPlan | AdoptionRefusal)[],
  reason: string,
  { nowMs, signal }: CliContext,
): Promise<readonly AdoptionStep[]> {
  const done: AdoptionStep[] = [];
  for (const step of planned) {
    if (signal.aborted) throw new InterruptedError();
    const about = { runId: newRunId(nowMs()), reason, nowMs: nowMs() };
    const isReady = step.status === "planned";
    done.push(isReady ? await adoptSession(target, step.id, { ...about, journal, lock, forbiddenRoots }) : step);
  }
  return done;
}

/** What became of them all: 3 where some were refused, 1 where all were. */
export function adoptionsAnswer(steps: readonly AdoptionStep[], { target }: Pick<OpenRetention, "target">): Answer {
  const refused = steps.filter(({ status }) => status === "refused").length;
  const { ok, fail, partial } = EXIT_CODES;
  const exitCode = refused === 0 ? ok : refused === steps.length ? fail : partial;
  const data = { target: target.name, sessions: steps.map(toLine) };
  return { exitCode, data, text: (view) => renderAdoptions(steps, view) };
}

function toLine(step: AdoptionStep): object {
  const { status, id } = step;
  return status === "refused"
    ? { status, session: id, code: step.code, why: step.why }
    : { status, session: id, path: step.path, marker: step.marker };
}
