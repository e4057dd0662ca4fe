import { type Explanation, explain, explainTransition, type TransitionEntry } from "@caretaker/health";
import { UnknownNameError, UsageError } from "../errors.js";
import type { OpenStore } from "../store/open-store.js";

/** A past change in short. */
export type ShortTransition = Pick<TransitionEntry, "id" | "host" | "from" | "to" | "code" | "runId" | "atMs">;

/** What `/status/explain/<check>` tells, and the moment it was made at. */
export interface ExplainReport {
  readonly check: string;
  readonly explanations: readonly Explanation[];
  /** The newest first; missing where one of them is what is explained. */
  readonly transitions?: readonly ShortTransition[];
}

/** How many past transitions are listed. */
const LISTED = 20;

/**
 * Why a check counts as it does now, for each machine.
 *
 * @throws UnknownNameError if no worker has announced it.
 */
export async function explainNow({ reader, readiness }: OpenStore, name: string): Promise<ExplainReport> {
  const { checks } = readiness();
  const found = checks.filter((check) => check.name === name);
  if (found.length === 0) throw unknownCheck(name, new Set(checks.map((check) => check.name)));
  const transitions = await reader.readTransitions({ check: name, count: LISTED });
  return { check: name, explanations: found.map(explain), transitions: transitions.map(inShort) };
}

/**
 * Why it changed its state at one past moment.
 *
 * @throws UnknownNameError if no worker has announced it, UsageError if it has no such transition, or none any more.
 */
export async function explainPast({ reader }: OpenStore, { name, id, hostId }: PastQuestion): Promise<ExplainReport> {
  const { specs } = reader.current();
  const spec = specs.get(name);
  if (spec === undefined) throw unknownCheck(name, specs.keys());
  const entry = await reader.findTransition(id);
  if (entry?.check !== name) {
    throw new UsageError(
      `${JSON.stringify(id)} is no transition of ${name}, or not any more; they are listed without --at`,
    );
  }
  const isOurs = entry.host === null || entry.host === hostId;
  return { check: name, explanations: [explainTransition(entry, spec, isOurs)] };
}

/** Which change is asked for, and by which machine. */
export interface PastQuestion {
  readonly name: string;
  readonly id: string;
  readonly hostId: string;
}

function unknownCheck(name: string, known: Iterable<string>): UnknownNameError {
  return new UnknownNameError("check", [name], [...known]);
}

function inShort({ id, host, from, to, code, runId, atMs }: TransitionEntry): ShortTransition {
  return { id, host, from, to, code, runId, atMs };
}
