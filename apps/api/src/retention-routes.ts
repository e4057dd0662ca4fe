import type { SnapshotReader } from "@caretaker/redis-store";
import type { TargetStatus } from "@caretaker/status";
import { describeTarget } from "@caretaker/status/store";
import type { CleanupClient } from "@caretaker/worker/request-cleanup";
import express, { type Request, type RequestHandler, type Response, Router } from "express";
import type { Access } from "./access.js";
import { limitDoing } from "./limit-doing.js";
import { cancelRun, requestConfirmation, requestRestore, requestRun } from "./retention/requests.js";
import { showRun } from "./retention/show-run.js";
import { sendUnknownTarget, type TargetRequest } from "./retention/target-request.js";

/** What the cleanup routes need. */
export interface RetentionDeps {
  readonly reader: Pick<SnapshotReader, "current" | "nowMs">;
  readonly cleanup: CleanupClient;
  readonly access: Access;
}

/** `POST` asks a target for a run, a confirmation or a restore, `DELETE` cancels, and `GET` shows what became of it. */
export function retentionRoutes({ reader, cleanup, access }: RetentionDeps): Router {
  const limit = limitDoing();
  const body = express.json({ limit: "2kb" });
  const forTarget = withTarget({ reader, cleanup });
  const router = Router();
  router.post("/:target/runs", limit, access.toDo, body, forTarget(requestRun));
  router.post("/:target/confirm", limit, access.toDo, body, forTarget(requestConfirmation));
  router.post("/:target/restore", limit, access.toDo, body, forTarget(requestRestore));
  router.delete("/:target/runs/:runId", limit, access.toDo, body, forTarget(cancelRun));
  router.get("/:target/runs", access.toRead, forTarget(showTarget));
  router.get("/:target/runs/:runId", access.toRead, forTarget(showRun));
  return router;
}

type Answer = (found: TargetRequest, response: Response) => void | Promise<void>;

function withTarget({ reader, cleanup }: Pick<RetentionDeps, "reader" | "cleanup">) {
  return (answer: Answer): RequestHandler =>
    (request: Request, response) => {
      const target = reader.current().targets.find((candidate) => candidate.target === request.params["target"]);
      if (target === undefined) return sendUnknownTarget(response);
      return answer({ cleanup, target, request, nowMs: reader.nowMs() }, response);
    };
}

function showTarget({ target, nowMs }: TargetRequest, response: Response): void {
  response.set("Cache-Control", "no-store").json(describeTarget(target, nowMs) satisfies TargetStatus);
}
