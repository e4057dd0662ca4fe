import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import type { RequestHandler, Response } from "express";
import { bearerToken, isToken } from "./bearer-token.js";
import { createFailureLimit } from "./failure-limit.js";
import { type Problem, sendProblem } from "./problem.js";

/** Who may read and who may do (operations.md §5). */
export interface AccessOptions {
  readonly statusToken: string | null;
  readonly adminToken: string | null;
  /** The address the server listens on: without a status token, reading is open on loopback only. */
  readonly host: string;
}

/** The rules as middlewares, and reading as a question. */
export interface Access {
  readonly toRead: RequestHandler;
  readonly toDo: RequestHandler;
  mayRead(request: IncomingMessage): boolean;
  /** What {@link Access.toRead} asks: a token, or that reading is open. */
  reads(request: IncomingMessage): boolean;
  /** Whether there is a token that lets somebody do things. */
  readonly doingIsOn: boolean;
}

const UNAUTHORIZED: Problem = {
  status: 401,
  code: "unauthorized",
  detail: "a valid bearer token is needed",
  headers: { "WWW-Authenticate": 'Bearer realm="caretaker"' },
};
const READING_OFF: Problem = {
  status: 403,
  code: "reading_off",
  detail: "reading is off: set STATUS_TOKEN, or listen on loopback",
};
const DOING_OFF: Problem = { status: 403, code: "doing_off", detail: "this is off: set ADMIN_TOKEN to turn it on" };

// Far above a mistake in a deploy script that is tried again and again by a few; far below what guessing needs.
const WRONG_TOKENS_A_MINUTE = 100;
const TOO_MANY: Problem = {
  status: 429,
  code: "too_many_wrong_tokens",
  detail: `more than ${WRONG_TOKENS_A_MINUTE} wrong tokens came from this address within a minute`,
  headers: { "Retry-After": "60" },
};

/** What a request's token is worth. */
type Standing = "granted" | "refused" | "limited";

/** The rules for one server. An admin token reads too. */
export function createAccess({ statusToken, adminToken, host }: AccessOptions): Access {
  const isOpen = statusToken === null && isLoopback(host);
  const judge = createJudge();
  const toRead = (request: IncomingMessage) => judge(request, [statusToken, adminToken]);
  return {
    // A probe is never limited: it is answered in less detail.
    mayRead: (request) => toRead(request) === "granted",
    reads: (request) => isOpen || toRead(request) === "granted",
    doingIsOn: adminToken !== null,
    toRead: (request, response, next) => {
      const standing = isOpen ? "granted" : toRead(request);
      if (standing === "granted") next();
      else refuse(response, standing, statusToken === null && adminToken === null ? READING_OFF : UNAUTHORIZED);
    },
    toDo: (request, response, next) => {
      const standing = judge(request, [adminToken]);
      if (standing === "granted") next();
      else refuse(response, standing, adminToken === null ? DOING_OFF : UNAUTHORIZED);
    },
  };
}

function createJudge(): (request: IncomingMessage, tokens: readonly (string | null)[]) => Standing {
  const failures = createFailureLimit({
    limit: WRONG_TOKENS_A_MINUTE,
    windowMs: 60_000,
    monotonicMs: () => performance.now(),
  });
  return (request, tokens) => {
    const given = bearerToken(request);
    // Whoever sends none is no guesser: a page without its token asks again and again.
    if (given === undefined) return "refused";
    const address = request.socket.remoteAddress ?? "";
    if (failures.isOver(address)) return "limited";
    // All are compared, so that the time tells not which of them it was.
    const isOne = tokens.map((token) => isToken(given, token)).includes(true);
    if (!isOne) failures.note(address);
    return isOne ? "granted" : "refused";
  };
}

function refuse(response: Response, standing: Standing, problem: Problem): void {
  sendProblem(response, standing === "limited" ? TOO_MANY : problem);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
