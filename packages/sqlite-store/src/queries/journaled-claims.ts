import type { Intent, JournaledClaim, JournaledTarget, Outcome } from "@caretaker/retention";
import type { CaretakerDatabase } from "../open-database.js";

/** Every claim of a target and root path with how it ended last, oldest first: some at a time, for there may be millions. */
export function* journaledClaims(
  { connection }: Pick<CaretakerDatabase, "connection">,
  { name, root }: JournaledTarget,
): Iterable<JournaledClaim> {
  const find = connection.prepare<JournaledTarget & { after: number; rows: number }, ClaimRow>(CLAIMS);
  let after = 0;
  for (;;) {
    const rows = find.all({ name, root, after, rows: ROWS_PER_SLICE });
    for (const row of rows) yield toClaim(row);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

const ROWS_PER_SLICE = 500;

/** What reads them; exported so that a test can ask SQLite how. */
export const CLAIMS = `
SELECT seq, event, (
  SELECT result FROM cleanup_events AS outcome
  WHERE outcome.claim_id = intent.claim_id AND outcome.type = 'outcome' ORDER BY seq DESC LIMIT 1
) AS result
FROM cleanup_events AS intent
WHERE type = 'intent' AND target = @name AND root = @root AND seq > @after
ORDER BY seq LIMIT @rows`;

interface ClaimRow {
  readonly seq: number;
  readonly event: string;
  readonly result: Outcome["result"] | null;
}

function toClaim({ event, result }: ClaimRow): JournaledClaim {
  const { id, claimId, identity, root } = JSON.parse(event) as Intent;
  return { id, claimId, identity, root, result };
}
