import { setImmediate } from "node:timers/promises";
import type { DecisionPage, JournaledTarget, RecordedDecision, RecordedDecisions } from "@caretaker/retention";
import type { SqliteConnection } from "../sqlite.js";
import { createChangeWriter, type Recording } from "./change-writer.js";
import { type Change, mergeDecisions } from "./merge-decisions.js";
import { openPageIndex, type PageIndex } from "./page-index.js";
import { waitForRecordingTurn } from "./recording-lock.js";
import { addTotals, createRuleTotals, type RuleTotal } from "./rule-totals.js";
import { type IndexedSession, readDay, readSessions } from "./session-index.js";

/** The run whose decisions are recorded. */
export type DecidingRun = JournaledTarget & { readonly runId: string; readonly atMs: number };

/**
 * Records what a run decided in room for the changes only: what the rule before still decides is not written, and a
 * page that says what it said last time is not even read. Works in slices of a few milliseconds with the event loop's
 * turn between, each one a short transaction.
 *
 * A recording that breaks off has no totals, and is not shown; the spans of all others stay right, since each says
 * itself between which recordings it held. A dry run is recorded like any other, as one more moment in time.
 *
 * @throws RangeError when the decisions are out of order, a {@link DatabaseLockedError}, and the driver's error.
 */
export async function recordDecisions(
  connection: SqliteConnection,
  run: DecidingRun,
  decisions: RecordedDecisions,
): Promise<void> {
  const endTurn = await waitForRecordingTurn(connection.name);
  try {
    const recording = beginRecording(connection, run);
    const writing = { connection, recording, pages: openPageIndex(connection, recording.rootId) };
    const totals = await (decisions.pages === undefined
      ? recordWhole(decisions, writing)
      : recordPages(decisions, decisions.pages(), writing));
    connection.prepare<[string, number]>(COMPLETE).run(JSON.stringify(totals), recording.seq);
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

interface Writing {
  readonly connection: SqliteConnection;
  readonly recording: Recording;
  readonly pages: PageIndex;
}

type Totals = readonly RuleTotal[];

async function recordWhole(decisions: Iterable<RecordedDecision>, writing: Writing): Promise<Totals> {
  const { connection, recording, pages } = writing;
  pages.clear();
  const totals = createRuleTotals();
  await writeChanges(writing, count(decisions, totals.add), readSessions(connection, recording.rootId));
  return totals.totals();
}

type Pages = Iterable<DecisionPage | undefined>;

async function recordPages(decisions: RecordedDecisions, pages: Pages, writing: Writing): Promise<Totals> {
  const stored = writing.pages.read();
  // The index may hold days of which no page tells.
  if (stored.size === 0) return recordFirstPages(decisions, pages, writing);
  const totals: Totals[] = [];
  for await (const page of inSlices(pages)) {
    const known = stored.get(page.day);
    stored.delete(page.day);
    totals.push(known?.digest === page.digest ? known.totals : await recordPage(page, writing));
  }
  for (const day of stored.keys()) {
    await recordPage({ day, digest: "", decisions: [] }, writing);
    writing.pages.remove(day);
  }
  return addTotals(totals);
}

async function recordFirstPages(decisions: RecordedDecisions, pages: Pages, writing: Writing): Promise<Totals> {
  const whole = await recordWhole(decisions, writing);
  const found: [number | null, { digest: string; totals: Totals }][] = [];
  for await (const { day, digest, decisions: page } of inSlices(pages)) {
    const totals = createRuleTotals();
    for (const decision of page) totals.add(decision);
    found.push([day, { digest, totals: totals.totals() }]);
  }
  // All or none: from now on, a day of which no page tells is one that the index does not hold.
  const putAll = writing.connection.transaction(() => {
    for (const [day, page] of found) writing.pages.put(day, page);
  });
  putAll.immediate();
  return whole;
}

async function recordPage({ day, digest, decisions }: DecisionPage, writing: Writing): Promise<Totals> {
  const { connection, recording, pages } = writing;
  const totals = createRuleTotals();
  pages.begin(day);
  await writeChanges(writing, count(decisions, totals.add), readDay(connection, recording.rootId, day));
  pages.put(day, { digest, totals: totals.totals() });
  return totals.totals();
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

/** The pages, with the event loop's turn in between whenever a slice is used up. */
async function* inSlices(pages: Pages): AsyncGenerator<DecisionPage> {
  let sliceEndMs = performance.now() + SLICE_MS;
  for (const page of pages) {
    if (page !== undefined) yield page;
    if (performance.now() < sliceEndMs) continue;
    await setImmediate();
    sliceEndMs = performance.now() + SLICE_MS;
  }
}

async function writeChanges(
  { connection, recording }: Writing,
  decisions: Iterable<RecordedDecision>,
  index: Iterable<IndexedSession>,
): Promise<void> {
  const write = createChangeWriter(connection, recording);
  let changes: Change[] = [];
  let sliceEndMs = performance.now() + SLICE_MS;
  let entries = 0;
  for (const change of mergeDecisions(decisions, index)) {
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
