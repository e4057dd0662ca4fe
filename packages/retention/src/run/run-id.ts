import { InvalidRunIdError } from "../errors.js";

const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Makes sure a run's id can be part of a file's name.
 *
 * @throws {@link InvalidRunIdError} when it cannot.
 */
export function checkRunId(runId: unknown): void {
  if (typeof runId !== "string" || !RUN_ID.test(runId)) throw new InvalidRunIdError(runId);
}
