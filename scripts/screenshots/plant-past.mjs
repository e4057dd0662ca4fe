import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { rootDir } from "../setup/root-dir.mjs";

const HOUR_MS = 3_600_000;

/** What the checks of the demo went through, newest first: `[check, state, code, hours ago]`. Before that they were up. */
const PAST = [
  ["payments-api", "down", "bad_status", 0.21],
  ["recordings-disk", "degraded", "threshold", 2.4],
  ["model-server", "up", "ok", 5.1],
  ["model-server", "down", "timeout", 5.35],
  ["mail", "up", "ok", 9.6],
  ["mail", "degraded", "threshold", 11.2],
  ["payments-api", "up", "ok", 19.8],
  ["payments-api", "down", "unreachable", 20.3],
  ["model-server", "up", "ok", 52],
  ["model-server", "down", "refused", 55],
  ["orders-db", "up", "ok", 101],
  ["orders-db", "down", "timeout", 101.6],
  ["ffmpeg", "up", "ok", 140],
  ["ffmpeg", "down", "not_found", 146],
];

const HOST_CHECKS = ["ffmpeg", "recordings-disk"];
const CHECKS = [
  "orders-db",
  "redis",
  "payments-api",
  "model-server",
  "ffmpeg",
  "recordings-disk",
  "mail",
  "certificate",
];

/**
 * Gives the demo a week that it has not had: history in the journal database, where a worker finds it at its start, and
 * sessions to clean up.
 *
 * @param {{ dataDir: string, sessionsDir: string, hostId: string }} options
 */
export async function plantPast({ dataDir, sessionsDir, hostId }) {
  const { markStrips } = await load("packages/health");
  const { createStatusHistory, openDatabase } = await load("packages/sqlite-store");
  mkdirSync(dataDir, { recursive: true });
  const nowMs = Date.now();
  const database = openDatabase(join(dataDir, "caretaker.db"), { log: console });
  const history = createStatusHistory(database);
  for (const check of CHECKS) {
    const series = HOST_CHECKS.includes(check) ? `${check}@${hostId}` : check;
    await history.merge(markStrips(series, spansOf(check, nowMs)));
  }
  await history.add(PAST.toReversed().map((_, index, all) => transitionOf(all, index, { nowMs, hostId })));
  database.close();
  await record(join(sessionsDir, "calls"), 34);
  await record(join(sessionsDir, "meetings"), 9);
}

/** @param {string} check @param {number} nowMs */
function spansOf(check, nowMs) {
  const changes = PAST.filter(([name]) => name === check).map(([, state, , hours]) => ({
    state,
    fromMs: nowMs - Number(hours) * HOUR_MS,
  }));
  const since = [...changes, { state: "up", fromMs: nowMs - 168 * HOUR_MS }];
  const spans = since.map(({ state, fromMs }, index) => ({
    state,
    fromMs,
    toMs: index === 0 ? nowMs : (since[index - 1]?.fromMs ?? nowMs),
  }));
  // One night the only worker was being moved: nobody looked, and that is no green.
  const gap = { fromMs: nowMs - 79 * HOUR_MS, toMs: nowMs - 74 * HOUR_MS };
  return spans.flatMap((span) =>
    span.fromMs < gap.fromMs && span.toMs > gap.toMs
      ? [
          { ...span, toMs: gap.fromMs },
          { ...span, fromMs: gap.toMs },
        ]
      : [span],
  );
}

/** @param {typeof PAST} oldestFirst @param {number} index @param {{ nowMs: number, hostId: string }} options */
function transitionOf(oldestFirst, index, { nowMs, hostId }) {
  const [check = "", to, code, hours] = /** @type {[string, string, string, number]} */ (oldestFirst[index]);
  const before = oldestFirst.slice(0, index).findLast(([name]) => name === check);
  const atMs = Math.round(nowMs - hours * HOUR_MS);
  const host = HOST_CHECKS.includes(check) ? hostId : null;
  return {
    id: `${atMs}-0`,
    check,
    host,
    from: before?.[1] ?? "up",
    to,
    code,
    runId: `${check}.${atMs}`,
    atMs,
    cause: null,
  };
}

/** @param {string} root @param {number} count */
async function record(root, count) {
  const { createSession } = await load("packages/retention");
  mkdirSync(root, { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const startedAt = new Date(Date.now() - (count - index + 2) * 5 * HOUR_MS);
    const session = await createSession({
      root,
      sessionId: `call_${index + 1}`,
      startedAt,
      sampleRate: 16_000,
      rawAudioFormat: "wav",
    });
    await session.addSegment({ file: "segment_0.wav", data: Buffer.alloc(400_000) });
    await session.end(new Date(startedAt.getTime() + 25 * 60_000));
  }
}

/** @param {string} workspace */
function load(workspace) {
  return import(join(rootDir, workspace, "dist/index.js"));
}
