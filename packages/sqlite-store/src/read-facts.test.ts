import { expect, it } from "vitest";
import { createCleanupJournal, FINISHED, OPEN_INTENTS } from "./cleanup-journal.js";
import { READ_PAGE } from "./decisions/session-index.js";
import { intent, outcome, REPORT, TARGET } from "./journal-events.test.fixture.js";
import { RUNS } from "./queries/cleanup-history.js";
import { FACT_QUERIES } from "./read-facts.js";
import { makeDatabase } from "./test-support.test.fixture.js";

it.each(Object.entries({ ...FACT_QUERIES, OPEN_INTENTS, FINISHED, READ_PAGE, RUNS }))(
  "%s reads by an index",
  (_name, sql) => {
    const { connection } = makeDatabase();
    const plan = connection
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${withoutParameters(sql)}`)
      .all();
    const steps = plan
      .map(({ detail }) => detail)
      .filter((detail) => detail.includes("cleanup_") || /\b(SCAN|SEARCH)\b/.test(detail));
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(step).toMatch(HARMLESS);
  },
);

it("has the same facts however many sessions were deleted before", async () => {
  const { connection } = makeDatabase();
  const journal = createCleanupJournal({ connection });
  const about = { runId: "run-1", atMs: 1, target: TARGET.name };
  await journal.append({ type: "run_started", ...about, root: TARGET.root, dryRun: false, reason: "schedule" });
  const claims = Array.from({ length: 2_000 }, (_, n) => `c${n}`);
  await journal.append(...claims.flatMap((claimId) => [intent(claimId), outcome(claimId)]));
  await journal.append({ type: "run_planned", ...about, planId: "plan", keptCount: 0, candidateCount: 0 });
  await journal.append(
    { type: "run_finished", ...about, report: REPORT },
    outcome("x", { result: "kept", code: "busy" }),
  );
  const facts = await journal.facts(TARGET);
  expect(facts.lastRun).toMatchObject({ runId: "run-1", owned: 100 });
  expect(facts.failures.size).toBe(1);
});

const HARMLESS =
  /^SEARCH .*USING (COVERING )?(INDEX|PRIMARY KEY|INTEGER PRIMARY KEY)|^SCAN (planned|json_each|CONSTANT ROW|value)|VIRTUAL TABLE/;

// A plan does not depend on them, and SQLite wants every one bound.
function withoutParameters(sql: string): string {
  return sql.replaceAll(/@\w+|\?/g, "1");
}
