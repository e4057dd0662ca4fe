import type { Code } from "../codes.js";
import type { CheckEvaluation } from "../evaluate.js";
import { guardedVerdict } from "../guard.js";
import { type Verdict, worst } from "../verdict.js";
import type { Readiness } from "./assess-readiness.js";
import type { Route } from "./match-route.js";

/** What a readiness URL selects: the results it is about and the verdict they give. */
export interface Content {
  readonly statusCode: 200 | 404 | 503;
  readonly verdict: Verdict;
  readonly code: Code | null;
  readonly checks: readonly CheckEvaluation[];
  readonly excluded: ReadonlySet<string>;
  readonly notes: readonly string[];
  /** When the oldest evidence behind the verdict was published; `null` where there is none. */
  readonly oldestAtMs: number | null;
}

/** A route that a {@link Readiness} answers. */
export type ReadinessRoute = Extract<Route, { kind: "readiness" | "check" }>;

/** The part of the readiness that a URL asks for: everything but what it excludes, or one check alone. */
export function selectContent(readiness: Readiness, route: ReadinessRoute): Content {
  return route.kind === "check" ? oneCheck(readiness, route.name) : allChecks(readiness, route.exclude);
}

function allChecks({ verdict, code, checks, guard }: Readiness, exclude: readonly string[]): Content {
  const excluded = new Set(exclude);
  const counted = checks.filter((check) => check.counted && !excluded.has(check.name));
  const isOverridden = code === "starting" || code === "draining";
  const raw = isOverridden ? verdict : worst(counted.map(({ contribution }) => contribution));
  // What is left after the exclusions may have another cause, which need not be held back.
  const remaining = isOverridden ? raw : guardedVerdict(raw, counted, guard);
  return {
    ...withStatus(remaining),
    code: isOverridden ? code : remaining === raw ? null : "guarded",
    checks,
    excluded,
    notes: notesOn(excluded, checks),
    oldestAtMs: oldestAtMs(counted.filter(({ spec }) => spec.critical)),
  };
}

/** One check is answered for itself, so a process that starts or drains makes no difference to it. */
function oneCheck({ loaded, checks }: Readiness, name: string): Content {
  const results = checks.filter((check) => check.name === name);
  const counted = results.filter((check) => check.counted);
  const bare = { excluded: new Set<string>(), notes: [] };
  if (results.length > 0) {
    const verdict = worst(counted.map(({ contribution }) => contribution));
    return { ...bare, ...withStatus(verdict), code: null, checks: results, oldestAtMs: oldestAtMs(counted) };
  }
  // Until the store was read nobody knows which names exist.
  return loaded
    ? { ...bare, statusCode: 404, verdict: "fail", code: "not_found", checks: [], oldestAtMs: null }
    : { ...bare, statusCode: 503, verdict: "fail", code: "starting", checks: [], oldestAtMs: null };
}

function withStatus(verdict: Verdict): Pick<Content, "statusCode" | "verdict"> {
  return { statusCode: verdict === "fail" ? 503 : 200, verdict };
}

/** The names are not repeated: they are the client's text, not ours. */
function notesOn(excluded: ReadonlySet<string>, checks: readonly CheckEvaluation[]): string[] {
  const known = new Set(checks.map(({ name }) => name));
  const unknown = [...excluded].filter((name) => !known.has(name)).length;
  return unknown === 0 ? [] : [`exclude: ${unknown} unknown ${unknown === 1 ? "name" : "names"} ignored`];
}

function oldestAtMs(checks: readonly CheckEvaluation[]): number | null {
  const times = checks.map(({ atMs }) => atMs).filter((atMs) => atMs !== null);
  return times.length === 0 ? null : Math.min(...times);
}
