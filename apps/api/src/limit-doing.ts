import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { sendProblem } from "./problem.js";

// Far above what a person or a deploy script asks for; what it stops is a loop.
const REQUESTS_A_MINUTE = 300;

/** Limits what one address may ask to be done; a limit of its own for each router that uses it. */
export function limitDoing(): RequestHandler {
  return rateLimit({
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
}
