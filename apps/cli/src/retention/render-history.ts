import type { Policy } from "@caretaker/retention";
import type { RunRecord, SessionFact } from "@caretaker/sqlite-store";
import { formatSize } from "@caretaker/units";
import { humanTime } from "../render/human.js";
import type { Tone } from "../render/style.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import { describeRule } from "./describe-rule.js";

/** Runs as a table, newest first. */
export function renderRuns(runs: readonly RunRecord[], view: View): string {
  if (runs.length === 0) return "the journal has no run of it";
  const headings = ["STARTED", "OUTCOME", "DELETED", "TRASHED", "FAILED", "FREED", "RUN", "REASON"];
  return formatTable({ headings, rows: runs.map(runRow) }, view);
}

function runRow({ startedAtMs, report, dryRun, runId, reason }: RunRecord): Cell[] {
  const { outcome, deletedCount, trashedCount, failedCount, bytesFreed, error } = report ?? {};
  const why = error === null || error === undefined ? "" : ` (${error.code})`;
  // Whether it goes on or was killed, the journal alone cannot tell.
  const came = outcome === undefined ? "not ended" : `${outcome}${dryRun ? ", dry" : ""}${why}`;
  return [
    humanTime(startedAtMs),
    { text: came, tone: toneOfOutcome(outcome) },
    ...[deletedCount, trashedCount, failedCount].map((number) => String(number ?? "-")),
    bytesFreed === undefined ? "-" : formatSize(bytesFreed),
    runId,
    reason,
  ];
}

function toneOfOutcome(outcome: string | undefined): Tone | undefined {
  if (outcome === "done") return "good";
  return outcome === "failed" || outcome === "refused" ? "bad" : "warn";
}

/** One session's life as a table, oldest first. */
export function renderSession(
  facts: readonly SessionFact[],
  { policy, view }: { readonly policy: Policy; readonly view: View },
): string {
  return formatTable(
    { headings: ["AT", "WHAT", "RUN", "WHY"], rows: facts.map((fact) => factRow(fact, policy)) },
    view,
  );
}

function factRow(fact: SessionFact, policy: Policy): Cell[] {
  switch (fact.type) {
    case "decided": {
      const until = fact.until === null ? "holds" : `until ${humanTime(fact.until.atMs)}`;
      return [
        humanTime(fact.since?.atMs ?? null),
        fact.rule,
        fact.since?.runId ?? "-",
        `${until}: ${describeRule(fact.rule, policy)}`,
      ];
    }
    case "intent":
      return [
        humanTime(fact.atMs),
        "intent",
        fact.runId,
        `about to be taken, as ${fact.claimId}, by plan ${fact.planId}`,
      ];
    case "outcome":
      return [
        humanTime(fact.atMs),
        { text: fact.result, tone: fact.result === "in_trash" ? "warn" : "strong" },
        fact.runId,
        endOf(fact),
      ];
    case "pinned":
      return [humanTime(fact.atMs), "pinned", fact.runId, `until ${humanTime(fact.untilMs)}: ${fact.reason}`];
    case "adopted":
      return [humanTime(fact.atMs), "adopted", fact.runId, fact.reason];
  }
}

function endOf({ code, bytesFreed, purgeAfterMs }: Extract<SessionFact, { type: "outcome" }>): string {
  const waits = purgeAfterMs === undefined ? [] : [`waits until ${humanTime(purgeAfterMs)}`];
  return [code, ...(bytesFreed > 0 ? [`${formatSize(bytesFreed)} freed`] : []), ...waits].join(", ");
}
