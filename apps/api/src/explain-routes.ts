import type { HealthMiddleware } from "@caretaker/express";
import { type CheckSpec, type Explanation, explain, explainTransition, type TransitionEntry } from "@caretaker/health";
import { isTransitionId, type SnapshotReader } from "@caretaker/redis-store";
import type { CheckExplanations } from "@caretaker/status";
import { type Request, type Response, Router } from "express";
import type { Access } from "./access.js";
import { type Problem, STORE_UNREACHABLE, sendProblem, UNKNOWN_CHECK } from "./problem.js";

/** What the explanations are made from. */
export interface ExplainDeps {
  readonly probes: Pick<HealthMiddleware, "readiness">;
  readonly reader: Pick<SnapshotReader, "current" | "readTransitions" | "findTransition">;
  readonly access: Access;
  readonly hostId: string;
}

const UNKNOWN_TRANSITION: Problem = {
  status: 404,
  code: "unknown_transition",
  detail: "the check has no transition with this id, or none any more",
};
const INVALID_ID: Problem = {
  status: 400,
  code: "invalid_transition",
  detail: "at is not the id of a transition; they are listed without it",
};
/** How many past transitions are listed. */
const LISTED = 20;

/** `GET /:check` tells why a check counts as it does, for each machine; with `?at=<transition id>`, why it changed then. */
export function explainRoutes(deps: ExplainDeps): Router {
  const router = Router();
  router.get("/:check", deps.access.toRead, async (request, response) => {
    response.set("Cache-Control", "no-store");
    const { at } = request.query;
    if (at === undefined) await showNow(deps, request, response);
    else if (typeof at === "string" && isTransitionId(at)) await showPast(deps, { request, response, id: at });
    else sendProblem(response, INVALID_ID);
  });
  return router;
}

async function showNow(deps: ExplainDeps, request: Request, response: Response): Promise<void> {
  const told = await explainNow(deps, String(request.params["check"]));
  if (told === null) sendProblem(response, UNKNOWN_CHECK);
  else response.json(told);
}

/** Why a check counts as it does now, for each machine; `null` for a check that nobody announced. */
export async function explainNow(
  { probes, reader }: Pick<ExplainDeps, "probes" | "reader">,
  name: string,
): Promise<CheckExplanations | null> {
  const found = probes.readiness().checks.filter((check) => check.name === name);
  if (found.length === 0) return null;
  // The present is known from memory, so it is told with the store away too.
  const transitions = await reader.readTransitions({ check: name, count: LISTED }).catch(() => null);
  return { check: name, explanations: found.map(explain), transitions: transitions?.map(inShort) ?? null };
}

interface Past {
  readonly request: Request;
  readonly response: Response;
  readonly id: string;
}

async function showPast({ reader, hostId }: ExplainDeps, { request, response, id }: Past): Promise<void> {
  const name = String(request.params["check"]);
  const spec = reader.current().specs.get(name);
  if (spec === undefined) return sendProblem(response, UNKNOWN_CHECK);
  const entry = await reader.findTransition(id).catch(() => undefined);
  if (entry === undefined) return sendProblem(response, STORE_UNREACHABLE);
  if (entry?.check !== name) return sendProblem(response, UNKNOWN_TRANSITION);
  response.json({ check: name, explanations: [ofPast(entry, spec, hostId)] } satisfies CheckExplanations);
}

function ofPast(entry: TransitionEntry, spec: CheckSpec, hostId: string): Explanation {
  return explainTransition(entry, spec, entry.host === null || entry.host === hostId);
}

function inShort({ id, host, from, to, code, runId, atMs }: TransitionEntry) {
  return { id, host, from, to, code, runId, atMs };
}
