import type { TargetReports } from "@caretaker/redis-store";
import type { CleanupClient } from "@caretaker/worker/request-cleanup";
import type { Request, Response } from "express";
import { z } from "zod";
import { sendProblem } from "../problem.js";

/** A request about a target that is known. */
export interface TargetRequest {
  readonly cleanup: CleanupClient;
  readonly target: TargetReports;
  readonly request: Request;
  /** The store's time, in ms. */
  readonly nowMs: number;
}

/** The URL that tells what became of a run. */
export function urlOfRun(target: string, runId: string): string {
  return `/retention/${target}/runs/${encodeURIComponent(runId)}`;
}

/** The request's body, or `null` once the client has been told what is wrong with it. A missing one is empty. */
export function readBody<T>(schema: z.ZodType<T>, { request }: TargetRequest, response: Response): T | null {
  const body = schema.safeParse(request.body ?? {});
  if (body.success) return body.data;
  sendProblem(response, { status: 400, code: "invalid_body", detail: z.prettifyError(body.error) });
  return null;
}

/** The queue's answer, or `null` once the client has been told that there is none. */
export async function asked<T>(question: () => Promise<T>, response: Response): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    response.locals["error"] = error;
    const headers = { "Retry-After": "5" };
    sendProblem(response, { status: 503, code: "store_unreachable", detail: "the queue cannot be reached", headers });
    return null;
  }
}

/** Tells that there is no such target. */
export function sendUnknownTarget(response: Response): void {
  sendProblem(response, {
    status: 404,
    code: "unknown_target",
    detail: "no worker has announced a target of this name",
  });
}

/** Tells that there is no such run. */
export function sendUnknownRun(response: Response): void {
  sendProblem(response, { status: 404, code: "unknown_run", detail: "no run of this target has this id" });
}
