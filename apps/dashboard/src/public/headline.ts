import { isStale } from "./check-rows.js";
import type { StatusDocument, Verdict } from "./status.js";
import type { Knowledge, Marked } from "./view.js";

/** The one line that says how things are. */
export interface Headline extends Marked {
  /** A sentence beside it. */
  readonly detail: string;
}

/** How things are now. Without a current answer that is unknown: an old "ready" is no evidence (health.md §5). */
export function headline({ status, trouble, nowMs }: Knowledge): Headline {
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

function verdictNow({ verdict, checks }: StatusDocument, nowMs: number): Verdict {
  const agedSince = checks.some((check) => check.counted && isStale(check, nowMs));
  return verdict === "pass" && agedSince ? "warn" : verdict;
}

function detailOf({ checks }: StatusDocument, nowMs: number): string {
  const counted = checks.filter((check) => check.counted);
  const well = counted.filter((check) => check.contribution === "pass" && !isStale(check, nowMs));
  return counted.length === 0 ? "No checks are declared." : `${well.length} of ${counted.length} checks pass.`;
}
