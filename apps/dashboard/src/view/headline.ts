import type { CheckStatus, Status } from "@caretaker/status";
import { type AgedCheck, ageCheck } from "./age-check.js";
import type { Knowledge } from "./knowledge.js";
import type { Marked, Tone } from "./tone.js";
import { isAlive } from "./worker-rows.js";

/** The one line that says how things are. */
export interface Headline extends Marked {
  /** A sentence beside it. */
  readonly detail: string;
}

type Verdict = Status["verdict"];

/** How things are now. Without a current answer that is unknown: an old "ready" is no evidence (health.md §5). */
export function headline({ status, connection, trouble, nowMs }: Knowledge): Headline {
  if (connection === "locked") return { tone: "unknown", word: "Locked", detail: "Reading needs a token." };
  if (status === null && trouble === null) return { tone: "unknown", word: "Loading", detail: "Asking the service." };
  if (status === null || trouble !== null) {
    return { tone: "unknown", word: "Unknown", detail: "The service does not answer, so nothing here is current." };
  }
  if (status.lifecycle === "draining") {
    return { tone: "fail", word: "Stopping", detail: "This instance takes no new traffic." };
  }
  const verdict = verdictNow(status, nowMs);
  if (status.lifecycle === "starting" && verdict === "fail") {
    return { tone: "fail", word: "Starting", detail: "This instance is not ready yet." };
  }
  return { tone: verdict, word: WORDS[verdict], detail: detailOf(status, nowMs) };
}

const WORDS: Readonly<Record<Verdict, string>> = { pass: "Ready", warn: "Ready, with warnings", fail: "Not ready" };

const BEST_FIRST: readonly Verdict[] = ["pass", "warn", "fail"];

/** The service's own verdict, or worse: what has aged since, and that nobody checks any more, it could not say. */
function verdictNow({ verdict, checks, workers, workerAliveMs }: Status, nowMs: number): Verdict {
  const isWatched = checks.length === 0 || workers.some((worker) => isAlive(worker, { nowMs, workerAliveMs }));
  const aged = checks.filter(({ counted }) => counted).map((check) => ({ check, aged: ageCheck(check, nowMs) }));
  const since = aged.filter(({ check, aged: { freshness } }) => freshness === "stale" && check.freshness !== "stale");
  const all: readonly Verdict[] = [verdict, isWatched ? "pass" : "warn", ...since.map((one) => one.aged.contribution)];
  return all.reduce(worse);
}

function worse(a: Verdict, b: Verdict): Verdict {
  return BEST_FIRST.indexOf(a) > BEST_FIRST.indexOf(b) ? a : b;
}

function detailOf({ checks }: Status, nowMs: number): string {
  const counted = checks.filter((check) => check.counted).map((check) => ({ check, aged: ageCheck(check, nowMs) }));
  if (counted.length === 0) return "No checks are declared.";
  const well = counted.filter(({ aged }) => aged.contribution === "pass");
  const rest = TROUBLES.flatMap(([tone, word]) => named(counted, tone, word));
  return [`${well.length} of ${counted.length} checks pass.`, ...rest].join(" ");
}

const TROUBLES: readonly (readonly [Tone, string])[] = [
  ["fail", "Down"],
  ["unknown", "Unknown"],
  ["warn", "Degraded"],
];

const MAX_NAMED = 4;

function named(checks: readonly { check: CheckStatus; aged: AgedCheck }[], tone: Tone, word: string): string[] {
  const names = [...new Set(checks.filter(({ aged }) => aged.state.tone === tone).map(({ check }) => check.name))];
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  return names.length === 0 ? [] : [`${word}: ${names.slice(0, MAX_NAMED).join(", ")}${more}.`];
}
