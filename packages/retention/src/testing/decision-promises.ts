import assert from "node:assert/strict";
import type { RecordedDecision } from "../journal.js";
import { type JournalPromises, TARGET } from "./journal-events.js";

/** What a journal promises about the decisions it is given; asking them back is no part of the port. */
export const decisionPromises: JournalPromises = {
  "knows no sizes at first": async (journal) => {
    assert.deepEqual([...journal.knownSizes(TARGET)], []);
  },
  "knows the sizes of what was measured, sessions by stamp and name first": async (journal) => {
    const list = [decision("b", 1, 10), decision("c", 1, null), decision("a", 2, 0), decision("z", null, 7)];
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, list);
    assert.deepEqual(
      [...journal.knownSizes(TARGET)],
      [
        { id: "b", stampMs: 1, bytes: 10 },
        { id: "a", stampMs: 2, bytes: 0 },
        { id: "z", stampMs: null, bytes: 7 },
      ],
    );
  },
  "knows the sizes of the latest decisions only": async (journal) => {
    const first = [decision("a", 1, 10), decision("b", 2, 20), decision("c", 3, 30)];
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, first);
    const second = [decision("a", 1, 11), decision("c", 3, null), decision("d", 4, 40)];
    await journal.recordDecisions({ ...TARGET, runId: "run-2", atMs: 2 }, second);
    assert.deepEqual(
      [...journal.knownSizes(TARGET)],
      [
        { id: "a", stampMs: 1, bytes: 11 },
        { id: "d", stampMs: 4, bytes: 40 },
      ],
    );
    await journal.recordDecisions({ ...TARGET, runId: "run-3", atMs: 3 }, []);
    assert.deepEqual([...journal.knownSizes(TARGET)], []);
  },
  "orders names by code unit, as plans do": async (journal) => {
    const ids = ["B", "a", "\u{FF61}", "\u{1F600}"].sort();
    await journal.recordDecisions(
      { ...TARGET, runId: "run-1", atMs: 1 },
      ids.map((id) => decision(id, 5, 1)),
    );
    assert.deepEqual(
      [...journal.knownSizes(TARGET)].map(({ id }) => id),
      ids,
    );
  },
  "keeps the sizes of targets and roots apart": async (journal) => {
    await journal.recordDecisions({ ...TARGET, runId: "run-1", atMs: 1 }, [decision("a", 1, 10)]);
    await journal.recordDecisions({ ...TARGET, name: "other", runId: "run-2", atMs: 1 }, [decision("b", 1, 20)]);
    await journal.recordDecisions({ ...TARGET, root: "/srv/other", runId: "run-3", atMs: 1 }, []);
    assert.deepEqual(
      [...journal.knownSizes(TARGET)].map(({ id }) => id),
      ["a"],
    );
    assert.deepEqual(
      [...journal.knownSizes({ ...TARGET, name: "other" })].map(({ id }) => id),
      ["b"],
    );
  },
};

function decision(id: string, stampMs: number | null, bytes: number | null): RecordedDecision {
  return { id, stampMs, rule: stampMs === null ? "unknown:name_mismatch" : "keep_last", bytes };
}
