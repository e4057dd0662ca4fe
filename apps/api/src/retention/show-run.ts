import type { StoredReport } from "@caretaker/redis-store";
import type { Run } from "@caretaker/status";
import { describeReport, describeRunning } from "@caretaker/status/store";
import { type AskedRun, runKindOf } from "@caretaker/worker/request-cleanup";
import type { Response } from "express";
import { asked, sendUnknownRun, type TargetRequest } from "./target-request.js";

/** Shows a run: what was asked, where it stands, how far it is, and how it ended. */
export async function showRun({ cleanup, target, request, nowMs }: TargetRequest, response: Response): Promise<void> {
  const runId = String(request.params["runId"]);
  const report = target.reports.find((candidate) => candidate.runId === runId) ?? null;
  const run = report === null ? await asked(() => cleanup.findRun(target.target, runId), response) : undefined;
  if (response.headersSent) return;
  const progress = target.running?.runId === runId ? describeRunning(target.running, nowMs) : null;
  if (run === null && progress === null) return sendUnknownRun(response);
  response.set("Cache-Control", "no-store").json(shown(target.target, { runId, report, run: run ?? null, progress }));
}

interface Found {
  readonly runId: string;
  readonly report: StoredReport | null;
  readonly progress: Run["progress"];
  readonly run: AskedRun | null;
}

function shown(target: string, { runId, report, run, progress }: Found): Run {
  return {
    target,
    runId,
    kind: runKindOf(runId),
    state: report !== null ? "completed" : (run?.state ?? "active"),
    cancelling: report === null && (run?.cancelling ?? progress?.cancelling ?? false),
    code: run?.restored?.code ?? (report === null ? null : codeOf(report)),
    progress,
    report: report === null ? null : describeReport(report),
    restored: run?.restored ?? null,
  };
}

/** The code of what refused or ended the run, as `GET` names codes: `plan_stale` for the core's `ERR_PLAN_STALE`. */
function codeOf({ outcome, error, stoppedBy }: StoredReport): string {
  const { code } = Object(error) as { code?: unknown };
  if (typeof code === "string") return code.replace(/^ERR_/, "").toLowerCase();
  if (typeof stoppedBy === "string") return stoppedBy;
  return outcome === "done" ? "ok" : String(outcome);
}
