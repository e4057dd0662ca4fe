import type { Problem } from "../types.js";

/** The status API refused, or answered something that this client does not know; where it cannot be reached, so says `fetch`. */
export class StatusApiError extends Error {
  readonly code = "ERR_STATUS_API";
  /** The HTTP status. */
  readonly status: number;
  /** What the API said; `null` where it was no problem+json. */
  readonly problem: Problem | null;

  constructor(message: string, { status, problem = null }: { status: number; problem?: Problem | null }) {
    super(message);
    this.name = "StatusApiError";
    this.status = status;
    this.problem = problem;
  }
}
