import { InvalidRequestError } from "../errors.js";

const PLAN_ID = /^[0-9a-f]{64}$/;

/**
 * Makes sure a text can be a plan's id.
 *
 * @throws {@link InvalidRequestError} when it cannot.
 */
export function requirePlanId(planId: unknown): void {
  if (typeof planId !== "string" || !PLAN_ID.test(planId)) {
    throw new InvalidRequestError("the plan id", planId, "the 64 hexadecimal digits a report or a plan names");
  }
}

/**
 * Makes sure a text can name a session: one component of a path.
 *
 * @throws {@link InvalidRequestError} when it cannot.
 */
export function requireSessionName(session: unknown): void {
  const isName = typeof session === "string" && session.length > 0 && Buffer.byteLength(session) <= 255;
  if (!isName || session.includes("/") || session.includes("\0") || session === "." || session === "..") {
    throw new InvalidRequestError("the session", session, "the name of one directory, at most 255 bytes, without /");
  }
}
