import { setImmediate } from "node:timers/promises";
import type { JournaledTarget, RecordedDecision } from "@caretaker/retention";
import type { SqliteConnection } from "../sqlite.js";
import { createChangeWriter, type Recording } from "./change-writer.js";
import { type Change, mergeDecisions } from "./merge-decisions.js";
import { waitForRecordingTurn } from "./recording-lock.js";
import { createRuleTotals } from "./rule-totals.js";
import { readSessions } from "./session-index.js";

/** The run whose decisions are recorded. */
export type DecidingRun = JournaledTarget & { readonly runId: string; readonly atMs: number };

/**
 * Records what a run decided in room for the changes only: what the rule before still decides is not written. Works in
 * slices of a few milliseconds with the event loop's turn between, each one a short transaction.
 *
 * A recording that breaks off has no totals, and is not shown; the spans of all others stay right, since each says
 * itself between which recordings it held. A dry run is recorded like any other, as one more moment in time.
 *
 * @throws RangeError when the decisions are out of order, a {@link DatabaseLockedError}, and the driver's error.
 */
export async function recordDecisions(
  connection: SqliteConnection,
  run: DecidingRun,
  decisions: Iterable<RecordedDecision>,
): Promise<void> {
  const endTurn = await waitForRecordingTurn(connection.name);
  try {
    const recording = beginRecording(connection, run);
    const totals = createRuleTotals();
    await writeChanges(connection, recording, count(decisions, totals.add));
    connection.prepare<[string, number]>(COMPLETE).run(JSON.stringify(totals.totals()), recording.seq);
  } finally {
    endTurn();
  }
}

const ADD_ROOT = "INSERT INTO cleanup_roots (target, root) VALUES (?, ?) ON CONFLICT DO NOTHING";
const ROOT_ID = "SELECT id FROM cleanup_roots WHERE target = ? AND root = ?";
// Replaced when a run records twice: the last time counts.
const BEGIN = "INSERT OR REPLACE INTO cleanup_recordings (root_id, run_id, at_ms) VALUES (?, ?, ?) RETURNING seq";
const COMPLETE = "UPDATE cleanup_recordings SET totals = ? WHERE seq = ?";

function beginRecording(connection: SqliteConnection, { name, root, runId, atMs }: DecidingRun): Recording {
  const begin = connection.transaction(() => {
    connection.prepare<[string, string]>(ADD_ROOT).run(name, root);
    const rootId = Number(connection.prepare<[string, string]>(ROOT_ID).pluck().get(name, root));
    const seq = connection.prepare<[number, string, number]>(BEGIN).pluck().get(rootId, runId, Math.trunc(atMs));
    return { rootId, seq: Number(seq) };
  });
  return begin.immediate();
}

function* count(
  decisions: Iterable<RecordedDecision>,
  add: (decision: RecordedDecision) => void,
): Generator<RecordedDecision> {
  for (const decision of decisions) {
    add(decision);
    yield decision;
  }
}

const SLICE_MS = 5;
const CHANGES_PER_SLICE = 300;
// The clock is not asked at every entry, which would cost more than the entry does.
const ENTRIES_BETWEEN_LOOKS = 64;

async function writeChanges(
  connection: SqliteConnection,
  recording: Recording,
  decisions: Iterable<RecordedDecision>,
): Promise<void> {
  const write = createChangeWriter(connection, recording);
  let changes: Change[] = [];
  let sliceEndMs = performance.now() + SLICE_MS;
  let entries = 0;
  for (const change of mergeDecisions(decisions, readSessions(connection, recording.rootId))) {
    if (isChange(change)) changes.push(change);
    entries += 1;
    const isLook = entries % ENTRIES_BETWEEN_LOOKS === 0 && performance.now() >= sliceEndMs;
    if (!isLook && changes.length < CHANGES_PER_SLICE) continue;
    if (changes.length > 0) write(changes);
    changes = [];
    await setImmediate();
    sliceEndMs = performance.now() + SLICE_MS;
  }
  write(changes);
}

function isChange({ stored, decided }: Change): boolean {
  return stored === undefined || stored.rule !== decided?.rule || stored.bytes !== decided.bytes;
}
