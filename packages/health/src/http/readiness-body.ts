import type { Code } from "../codes.js";
import type { CheckEvaluation } from "../evaluate.js";
import type { Verdict } from "../verdict.js";
import { checkEntries } from "./check-entries.js";
import { fitChecks } from "./fit-checks.js";

/** How much a body tells (health.md §8). */
export const DETAILS = ["none", "status", "full"] as const;

/** One of `DETAILS`. */
export type Detail = (typeof DETAILS)[number];

/** What the service says of itself, with full detail only. */
export interface ServiceIdentity {
  readonly serviceId?: string;
  readonly version?: string;
  readonly releaseId?: string;
}

/** What goes into one body. */
export interface ReadinessBody {
  readonly verdict: Verdict;
  /** Why the verdict does not follow from the checks, if it does not. */
  readonly code: Code | null;
  readonly checks: readonly CheckEvaluation[];
  readonly excluded?: ReadonlySet<string>;
  readonly notes?: readonly string[];
  /** With full detail, each check with the chain that led to its answer. */
  readonly explained?: boolean;
  readonly detail: Detail;
  readonly identity?: ServiceIdentity;
}

/** At most this many bytes of body (health.md §9). */
export const MAX_BODY_BYTES = 16 * 1024;

const OMISSION_NOTE_BYTES = 96;

/** The body of a readiness answer: `status` first, since some probers read only its beginning; all else sorted. */
export function readinessBody(content: ReadinessBody): string {
  const { verdict, detail, notes = [] } = content;
  if (detail === "none") return JSON.stringify({ status: verdict });
  const budgetBytes = MAX_BODY_BYTES - OMISSION_NOTE_BYTES - Buffer.byteLength(serialize(content, {}, notes));
  const { checks, omitted } = fitChecks(blocksOf(content, detail), budgetBytes);
  return serialize(content, checks, omitted === 0 ? notes : [...notes, omissionNote(omitted)]);
}

function blocksOf(
  { checks, excluded, explained = false }: ReadinessBody,
  detail: "status" | "full",
): Parameters<typeof fitChecks>[0] {
  return checks
    .filter((check) => detail === "full" || check.counted)
    .map((check) => ({
      check,
      entries: checkEntries(check, { detail, excluded: excluded?.has(check.name) ?? false, explained }),
    }));
}

function serialize(content: ReadinessBody, checks: object, notes: readonly string[]): string {
  const { verdict, code, detail, identity = {} } = content;
  const { releaseId, serviceId, version } = detail === "full" ? identity : {};
  // `undefined` is left out by JSON.stringify.
  return JSON.stringify({
    status: verdict,
    caretaker: code === null ? undefined : { code },
    checks,
    notes: notes.length === 0 ? undefined : notes,
    releaseId,
    serviceId,
    version,
  });
}

function omissionNote(omitted: number): string {
  return `${omitted} results left out to keep the answer short, the best first`;
}
