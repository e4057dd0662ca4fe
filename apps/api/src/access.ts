import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { carriesToken } from "./bearer-token.js";
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

/** The rules for one server. An admin token reads too. */
export function createAccess({ statusToken, adminToken, host }: AccessOptions): Access {
  const isOpen = statusToken === null && isLoopback(host);
  const holdsToken = (request: IncomingMessage) =>
    carriesToken(request, statusToken) || carriesToken(request, adminToken);
  const mayRead = (request: IncomingMessage) => isOpen || holdsToken(request);
  return {
    mayRead: holdsToken,
    toRead: (request, response, next) => {
      if (mayRead(request)) next();
      else sendProblem(response, statusToken === null && adminToken === null ? READING_OFF : UNAUTHORIZED);
    },
    toDo: (request, response, next) => {
      if (carriesToken(request, adminToken)) next();
      else sendProblem(response, adminToken === null ? DOING_OFF : UNAUTHORIZED);
    },
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
