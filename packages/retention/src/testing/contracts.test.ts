import { describe, it } from "vitest";
import { journalContract } from "./journal-contract.js";
import { lockContract } from "./lock-contract.js";
import { createMemoryJournal } from "./memory-journal.js";
import { createMemoryLock } from "./memory-lock.js";

describe("the journal in memory", () => {
  for (const { name, run } of journalContract(createMemoryJournal)) it(name, run);
});

describe("the lock in memory", () => {
  for (const { name, run } of lockContract(() => ({ lock: createMemoryLock(), roots: ["/srv/a", "/srv/b"] })))
    it(name, run);
});
