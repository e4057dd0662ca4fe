import { describe, expect, it } from "vitest";
import { journalContract } from "./journal-contract.js";
import { lockContract } from "./lock-contract.js";
import { createMemoryJournal } from "./memory-journal.js";
import { createMemoryLock } from "./memory-lock.js";

describe("the journal in memory", () => {
  for (const { name, run } of journalContract(createMemoryJournal)) it(name, run);

  it("gives back in full what any run decided", async () => {
    const journal = createMemoryJournal();
    const target = { name: "recordings", root: "/srv/recordings" };
    const lists = ["a", "b"].map((id) => [{ id, stampMs: 1, rule: "keep_last", bytes: null } as const]);
    for (const [index, list] of lists.entries()) {
      await journal.recordDecisions({ ...target, runId: `run-${index}`, atMs: index }, list);
    }
    expect(["run-0", "run-1", "run-2"].map((runId) => journal.decisionsOf(runId))).toEqual([...lists, []]);
  });
});

describe("the lock in memory", () => {
  for (const { name, run } of lockContract(() => ({ lock: createMemoryLock(), roots: ["/srv/a", "/srv/b"] })))
    it(name, run);
});
