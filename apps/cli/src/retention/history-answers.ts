import type { Answer } from "../answer.js";
import { RetentionFailedError } from "../errors.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { OpenRetention } from "../open-retention.js";
import { renderRuns, renderSession } from "./render-history.js";

/** The last runs of a target, newest first. */
export async function runsAnswer({ target, database }: OpenRetention, limit: number): Promise<Answer> {
  const { cleanupHistory } = await import("@caretaker/sqlite-store");
  const runs = cleanupHistory(database, { target: target.name, limit });
  return { exitCode: EXIT_CODES.ok, data: { target: target.name, runs }, text: (view) => renderRuns(runs, view) };
}

/**
 * Everything the journal knows of one session, oldest first.
 *
 * @throws RetentionFailedError where that is nothing.
 */
export async function sessionAnswer({ target, database }: OpenRetention, session: string): Promise<Answer> {
  const { sessionHistory } = await import("@caretaker/sqlite-store");
  const facts = await sessionHistory(database, { target, session });
  if (facts.length === 0) {
    const why = `the journal knows nothing of a session ${JSON.stringify(session)} in ${JSON.stringify(target.root)}`;
    throw new RetentionFailedError("ERR_UNKNOWN_SESSION", why);
  }
  return {
    exitCode: EXIT_CODES.ok,
    data: { target: target.name, session, facts },
    text: (view) => renderSession(facts, { policy: target.policy, view }),
  };
}
