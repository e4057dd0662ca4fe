import type { Problem as ProblemBody } from "@caretaker/status";
import type { Response } from "express";

/** Why a request was refused: a stable code for programs and a sentence for people (RFC 9457). */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with `application/problem+json`. */
export function sendProblem(response: Response, { status, code, detail, headers = {} }: Problem): void {
  response.status(status).set({ "Cache-Control": "no-store", ...headers });
  response.type("application/problem+json").send(JSON.stringify({ status, code, detail } satisfies ProblemBody));
}

/** A check that is not in the registry. */
export const UNKNOWN_CHECK: Problem = {
  status: 404,
  code: "unknown_check",
  detail: "no worker has announced such a check",
};

/** What only the store knows, and it is away. */
export const STORE_UNREACHABLE: Problem = {
  status: 503,
  code: "store_unreachable",
  detail: "the store of what was cannot be reached",
  headers: { "Retry-After": "5" },
};
