import { type CheckKey, type CheckSpec, WORKER_ALIVE_MS } from "@caretaker/health";
import type { SnapshotReader } from "@caretaker/redis-store";
import type { AcceptedCheckRun } from "@caretaker/status";
import { checkRunRequestSchema } from "@caretaker/status/schemas";
import type { CheckClient } from "@caretaker/worker/request-check-run";
import express, { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { Access } from "./access.js";
import { limitDoing } from "./limit-doing.js";
import { type Problem, sendProblem, UNKNOWN_CHECK } from "./problem.js";
import { asked } from "./retention/target-request.js";

/** What the routes of the checks need. */
export interface CheckRoutesDeps {
  readonly reader: Pick<SnapshotReader, "current" | "nowMs">;
  readonly checks: CheckClient;
  readonly access: Access;
}

const NO_HOST: Problem = { status: 400, code: "invalid_body", detail: "a fleet-scope check runs on no named host" };
const NO_WORKER: Problem = { status: 503, code: "no_worker", detail: "no worker that could run it is alive" };

/** `POST /:check/runs` asks for a run now: of a host-scope check on `host`, or without it on every machine. */
export function checkRoutes(deps: CheckRoutesDeps): Router {
  const router = Router();
  router.post("/:check/runs", limitDoing(), deps.access.toDo, express.json({ limit: "2kb" }), (request, response) =>
    requestRun(deps, request, response),
  );
  return router;
}

async function requestRun({ reader, checks }: CheckRoutesDeps, request: Request, response: Response): Promise<void> {
  const spec = reader.current().specs.get(String(request.params["check"]));
  if (spec === undefined) return sendProblem(response, UNKNOWN_CHECK);
  const body = checkRunRequestSchema.safeParse(request.body ?? {});
  if (!body.success) {
    return sendProblem(response, { status: 400, code: "invalid_body", detail: z.prettifyError(body.error) });
  }
  const { host = null } = body.data;
  if (host !== null && spec.scope === "fleet") return sendProblem(response, NO_HOST);
  const keys = keysToRun(spec, host, livingHosts(reader));
  if (keys.length === 0) return sendProblem(response, NO_WORKER);
  const answer = await asked(() => Promise.all(keys.map((key) => checks.requestCheckRun(key))), response);
  if (answer === null) return;
  response.status(202).set("Cache-Control", "no-store");
  const accepted: AcceptedCheckRun = { check: spec.name, hosts: keys.flatMap((key) => key.host ?? []) };
  response.json(accepted);
}

/** A wish that nobody can take now would lie in the queue and come true when it is no longer wanted. */
function keysToRun({ name: check, scope }: CheckSpec, host: string | null, living: readonly string[]): CheckKey[] {
  if (scope === "fleet") return living.length === 0 ? [] : [{ check, host: null }];
  return living.filter((one) => host === null || one === host).map((one) => ({ check, host: one }));
}

function livingHosts(reader: CheckRoutesDeps["reader"]): string[] {
  const nowMs = reader.nowMs();
  const alive = reader.current().workers.filter(({ beatAtMs }) => nowMs - beatAtMs <= WORKER_ALIVE_MS);
  return [...new Set(alive.map(({ host }) => host))];
}
