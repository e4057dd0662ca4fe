import type { AdoptionFacts, SessionDirectory } from "../ownership.js";

/**
 * The marker of a session whose recorder never wrote one: `started_at` as the name has it, without a zone since the
 * name has none, `ended_at` from the last change in the directory, and `adopted`, which says so.
 */
export function makeMarker({ parsed }: Pick<SessionDirectory, "parsed">, facts: AdoptionFacts): object {
  const { endedAtMs, adoptedAtMs } = facts;
  return {
    session_id: parsed.sessionId,
    started_at: new Date(parsed.stampMs).toISOString().slice(0, 19),
    ended_at: new Date(endedAtMs).toISOString(),
    adopted: { at: new Date(adoptedAtMs).toISOString(), ended_at_from: "last change in the directory" },
  };
}
