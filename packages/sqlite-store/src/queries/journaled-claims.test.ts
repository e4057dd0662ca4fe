import { expect, it } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { intent, outcome, TARGET } from "../journal-events.test.fixture.js";
import { makeDatabase } from "../test-support.test.fixture.js";
import { CLAIMS, journaledClaims } from "./journaled-claims.js";

it("gives every claim of a target and root with how it ended last, oldest first", async () => {
  const database = makeDatabase();
  const journal = createCleanupJournal(database);
  const elsewhere = { path: "/elsewhere", dev: "1", ino: "2" };
  await journal.append(intent("a"), intent("b"), intent("c"), outcome("b"), outcome("a", { result: "trashed" }));
  await journal.append(outcome("a", { result: "restored" }), intent("d", { target: "other" }));
  await journal.append(intent("e", { root: elsewhere }));
  const claims = [...journaledClaims(database, TARGET)];
  const { identity, root } = intent("a");
  expect(claims).toEqual(
    [
      { claimId: "a", result: "restored" },
      { claimId: "b", result: "deleted" },
      { claimId: "c", result: null },
    ].map((claim) => ({ ...claim, id: `${claim.claimId}_20240101_103000`, identity, root })),
  );
});

it("gives more than a slice's worth, each once", async () => {
  const database = makeDatabase();
  const journal = createCleanupJournal(database);
  const ids = Array.from({ length: 1_203 }, (_, n) => `claim-${n}`);
  await journal.append(...ids.map((id) => intent(id)));
  expect([...journaledClaims(database, TARGET)].map(({ claimId }) => claimId)).toEqual(ids);
});

it("is read by indexes alone", () => {
  const { connection } = makeDatabase();
  const parameters = { name: "", root: "", after: 0, rows: 1 };
  const plan = connection.prepare(`EXPLAIN QUERY PLAN ${CLAIMS}`).all(parameters) as { detail: string }[];
  const details = plan.map(({ detail }) => detail).join("\n");
  expect(details).toContain("cleanup_events_intents");
  expect(details).toContain("cleanup_events_by_claim");
  expect(details).not.toMatch(/\bSCAN\b/);
});
