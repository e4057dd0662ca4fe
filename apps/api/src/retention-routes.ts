import type { SnapshotReader, TargetReports } from "@caretaker/redis-store";
import type { AcceptedRun, Run, TargetStatus } from "@caretaker/status";
import { runRequestSchema } from "@caretaker/status/schemas";
import { describeReport, describeTarget } from "@caretaker/status/store";
import type { CleanupClient } from "@caretaker/worker/request-cleanup";
import express, { type Request, type Response, Router } from "express";
import { rateLimit } from "express-rate-limit";
import { z } from "zod";
import type { Access } from "./access.js";
import { sendProblem } from "./problem.js";

/** What the cleanup routes need. */
export interface RetentionDeps {
  readonly reader: Pick<SnapshotReader, "current">;
  readonly cleanup: CleanupClient;
  readonly access: Access;
}

// Far above what a person or a deploy script asks for; what it stops is a loop.
const REQUESTS_A_MINUTE = 300;

/** `POST /:target/runs` asks for a run; `GET` shows those that were. */
export function retentionRoutes({ reader, cleanup, access }: RetentionDeps): Router {
  const limit = rateLimit({
    windowMs: 60_000,
    limit: REQUESTS_A_MINUTE,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    handler: (_request, response) =>
      sendProblem(response, {
        status: 429,
        code: "too_many_requests",
        detail: `at most ${REQUESTS_A_MINUTE} a minute`,
      }),
  });
  const find = (request: Request) => reader.current().targets.find(({ target }) => target === request.params["target"]);
  const router = Router();
  router.post("/:target/runs", limit, access.toDo, express.json({ limit: "2kb" }), (request, response) =>
    requestRun({ cleanup, target: find(request) }, request, response),
  );
  router.get("/:target/runs", access.toRead, (request, response) => {
    const target = find(request);
    if (target === undefined) sendUnknownTarget(request, response);
    else response.set("Cache-Control", "no-store").json(describeTarget(target) satisfies TargetStatus);
  });
  router.get("/:target/runs/:runId", access.toRead, (request, response) =>
    showRun({ cleanup, target: find(request) }, request, response),
  );
  return router;
}

interface Found {
  readonly cleanup: CleanupClient;
  readonly target: TargetReports | undefined;
}

async function requestRun({ cleanup, target }: Found, request: Request, response: Response): Promise<void> {
  if (target === undefined) return sendUnknownTarget(request, response);
  const body = runRequestSchema.safeParse(request.body ?? {});
  if (!body.success) {
    return sendProblem(response, { status: 400, code: "invalid_body", detail: z.prettifyError(body.error) });
  }
  const run = await asked(() => cleanup.requestCleanup(target.target, body.data), response);
  if (run === null) return;
  const url = `/retention/${target.target}/runs/${encodeURIComponent(run.runId)}`;
  response.status(202).set({ Location: url, "Cache-Control": "no-store" });
  response.json({ target: target.target, runId: run.runId, dryRun: body.data.dryRun, url } satisfies AcceptedRun);
}

async function showRun({ cleanup, target }: Found, request: Request, response: Response): Promise<void> {
  if (target === undefined) return sendUnknownTarget(request, response);
  const runId = String(request.params["runId"]);
  response.set("Cache-Control", "no-store");
  const report = target.reports.find((candidate) => candidate.runId === runId);
  if (report !== undefined) {
    response.json({ target: target.target, runId, state: "completed", report: describeReport(report) } satisfies Run);
    return;
  }
  const state = await asked(() => cleanup.runState(target.target, runId), response);
  if (state === null) return;
  if (state !== "unknown") response.json({ target: target.target, runId, state, report: null } satisfies Run);
  else sendProblem(response, { status: 404, code: "unknown_run", detail: "no run of this target has this id" });
}

/** The queue's answer, or `null` once the client has been told that there is none. */
async function asked<T>(question: () => Promise<T>, response: Response): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    response.locals["error"] = error;
    const headers = { "Retry-After": "5" };
    sendProblem(response, { status: 503, code: "store_unreachable", detail: "the queue cannot be reached", headers });
    return null;
  }
}

function sendUnknownTarget(_request: Request, response: Response): void {
  sendProblem(response, {
    status: 404,
    code: "unknown_target",
    detail: "no worker has announced a target of this name",
  });
}
