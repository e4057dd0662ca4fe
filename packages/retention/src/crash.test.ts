import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalEvent } from "./journal.js";
import { runCleanup } from "./run-cleanup.js";
import { STEPS, type Step } from "./step.js";
import {
  describeTree,
  makeRoot,
  makeSession,
  makeTarget,
  NOW_MS,
  namesIn,
  readJournal,
  runChild,
  trashOf,
} from "./test-support.test.fixture.js";
import { createMemoryJournal, type MemoryJournal } from "./testing/memory-journal.js";
import { createMemoryLock } from "./testing/memory-lock.js";

// How often each step comes when two sessions of three files are taken.
const COUNTS: Partial<Record<Step, number>> = {
  verified: 1,
  intents: 1,
  sidecar: 1,
  claimed: 2,
  compared: 2,
  synced: 1,
  file_deleted: 6,
  deleted: 2,
  sidecar_removed: 1,
  outcomes: 1,
};
const POINTS = STEPS.flatMap((step) =>
  Array.from({ length: COUNTS[step] ?? 0 }, (_, index) => [step, index + 1] as const),
);

describe("a run killed at any point", () => {
  it.each(POINTS)(
    "after %s number %d leaves each session whole or in the trash, and the next run finishes",
    async (step, nth) => {
      const { root, ids, before, journalPath } = crash(step, nth);
      expectWholeOrClaimed(root, { ids, before });
      const journal = readJournal(journalPath);
      const report = await finish(root, journal);
      expectFinished(root, { ids, before });
      expect(report).toMatchObject({ outcome: "done", failed: [] });
      expect(await journal.openIntents({ name: "recordings", root })).toEqual([]);
      expect(accountedFor(journal.events)).toEqual(ids.slice(0, 2));
    },
  );

  it.each(POINTS)("after %s number %d is finished even when the journal is lost", async (step, nth) => {
    const { root, ids, before } = crash(step, nth);
    expect(await finish(root, createMemoryJournal())).toMatchObject({ outcome: "done", failed: [] });
    expectFinished(root, { ids, before });
  });
});

interface Sessions {
  readonly ids: readonly string[];
  readonly before: readonly string[];
}

function crash(step: Step, nth: number) {
  const root = makeRoot();
  const ids = [1, 2, 3].map((day) => makeSession(root, "a", day));
  makeSession(root, "unrelated", 1, { name: "unrelated_notes" });
  const before = describeTree(root);
  const journalPath = join(dirname(root), "journal");
  const { signal, stderr } = runChild({ root, journalPath, killAfter: { step, nth } });
  expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
  return { root, ids, before, journalPath };
}

function expectWholeOrClaimed(root: string, { ids, before }: Sessions): void {
  const now = describeTree(root);
  const inPlace = ids.filter((id) => namesIn(root).includes(id));
  for (const id of inPlace)
    expect(now.filter((line) => line.startsWith(id))).toEqual(before.filter((line) => line.startsWith(id)));
  for (const name of trashOf(root).filter((name) => !name.includes(".json"))) {
    const left = readdirSync(join(root, ".caretaker-trash", name));
    if (left.length > 0) expect(left).toContain("metadata.json");
    expect(trashOf(root)).toContain(`${name.replace(/\.\d+$/, "")}.json`);
  }
}

function finish(root: string, journal: MemoryJournal) {
  const options = { runId: "run-2", dryRun: false, reason: "test", nowMs: () => NOW_MS };
  return runCleanup(makeTarget(root), { ...options, journal, lock: createMemoryLock() });
}

function expectFinished(root: string, { ids, before }: Sessions): void {
  expect(namesIn(root)).toEqual([ids[2], "unrelated_notes"]);
  expect(describeTree(root)).toEqual(before.filter((line) => !ids.slice(0, 2).some((id) => line.startsWith(id))));
  expect(trashOf(root)).toEqual([]);
}

function accountedFor(events: readonly JournalEvent[]): string[] {
  const deleted = events.flatMap((event) => (event.type === "outcome" && event.result === "deleted" ? [event.id] : []));
  return deleted.sort();
}
