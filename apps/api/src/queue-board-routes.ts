import { type RequestHandler, Router } from "express";
import helmet from "helmet";
import type { Access } from "./access.js";
import { type Problem, sendProblem } from "./problem.js";

/** What is served under the board's path. */
export interface QueueBoardRoutes {
  readonly access: Pick<Access, "toRead">;
  readonly board: RequestHandler;
}

// The board's page is the library's own: it styles itself inline. Its font from elsewhere is not loaded.
const BOARD_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", "data:"],
  connectSrc: ["'self'"],
  baseUri: ["'self'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const READ_ONLY: Problem = {
  status: 405,
  code: "method_not_allowed",
  detail: "the board of the queues changes nothing; allowed: GET, HEAD",
  headers: { Allow: "GET, HEAD" },
};

/** The board for whoever may read, and only for reading: what would change something does not reach it. */
export function queueBoardRoutes({ access, board }: QueueBoardRoutes): Router {
  const router = Router();
  router.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: BOARD_POLICY } }));
  router.use(access.toRead, refuseToChange, board);
  return router;
}

const refuseToChange: RequestHandler = (request, response, next) => {
  if (request.method !== "GET" && request.method !== "HEAD") return sendProblem(response, READ_ONLY);
  response.set("Cache-Control", "no-store");
  next();
};
