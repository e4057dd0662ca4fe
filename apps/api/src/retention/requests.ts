import type { AcceptedConfirm, AcceptedRestore, AcceptedRun, CancelledRun } from "@caretaker/status";
import {
  cancelRequestSchema,
  confirmRequestSchema,
  restoreRequestSchema,
  runRequestSchema,
} from "@caretaker/status/schemas";
import type { Response } from "express";
import { sendProblem } from "../problem.js";
import { asked, readBody, sendUnknownRun, type TargetRequest, urlOfRun } from "./target-request.js";

/** Asks for a run. */
export async function requestRun(found: TargetRequest, response: Response): Promise<void> {
  const body = readBody(runRequestSchema, found, response);
  if (body === null) return;
  const { cleanup, target } = found;
  const run = await asked(() => cleanup.requestCleanup(target.target, body), response);
  if (run !== null) accept(response, { ...placeOf(target.target, run), dryRun: body.dryRun });
}

/** Asks for the run of a plan that guards have refused. */
export async function requestConfirmation(found: TargetRequest, response: Response): Promise<void> {
  const body = readBody(confirmRequestSchema, found, response);
  if (body === null) return;
  const { planId, reason } = body;
  const { cleanup, target } = found;
  const run = await asked(() => cleanup.confirmPlan(target.target, planId, { reason }), response);
  if (run !== null) accept(response, { ...placeOf(target.target, run), planId });
}

/** Asks for a session from the trash. */
export async function requestRestore(found: TargetRequest, response: Response): Promise<void> {
  const body = readBody(restoreRequestSchema, found, response);
  if (body === null) return;
  const { session, reason } = body;
  const { cleanup, target } = found;
  const run = await asked(() => cleanup.restoreSession(target.target, session, { reason }), response);
  if (run !== null) accept(response, { ...placeOf(target.target, run), session });
}

/** Cancels a run: 202 while it is still ending. */
export async function cancelRun(found: TargetRequest, response: Response): Promise<void> {
  const body = readBody(cancelRequestSchema, found, response);
  if (body === null) return;
  const { cleanup, target, request } = found;
  const runId = String(request.params["runId"]);
  const state = await asked(() => cleanup.cancelRun(target.target, runId, body), response);
  if (state === null) return;
  if (state === "unknown") return sendUnknownRun(response);
  if (state === "ended") return sendProblem(response, RUN_ENDED);
  const place = placeOf(target.target, { runId });
  response.status(state === "cancelled" ? 200 : 202).set({ Location: place.url, "Cache-Control": "no-store" });
  response.json({ ...place, state } satisfies CancelledRun);
}

const RUN_ENDED = { status: 409, code: "run_ended", detail: "the run has ended: there is nothing to cancel" };

function placeOf(target: string, { runId }: { readonly runId: string }) {
  return { target, runId, url: urlOfRun(target, runId) };
}

/** The URL tells what became of it: whether a worker could do it is known only there. */
function accept(response: Response, accepted: AcceptedRun | AcceptedConfirm | AcceptedRestore): void {
  response.status(202).set({ Location: accepted.url, "Cache-Control": "no-store" }).json(accepted);
}
