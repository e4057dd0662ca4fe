import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RecordedDecision, Rule } from "@caretaker/retention";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCleanupJournal } from "../cleanup-journal.js";
import { decision, decisions, TARGET } from "../journal-events.test.fixture.js";
import type { CaretakerDatabase } from "../open-database.js";
import { makeDatabase } from "../test-support.test.fixture.js";

const BUILT = new URL("../../dist/index.js", import.meta.url).href;
const RULES: readonly Rule[] = ["keep_last", "keep_within", "min_age", "beyond_keep", "unknown:symlink"];

describe("recordDecisions", () => {
  it("can tell every past run's decisions in full, whatever changed since", async () => {
    const { database, record } = makeJournal();
    const random = makeRandom(7);
    const runs = Array.from({ length: 30 }, () => randomDecisions(random));
    for (const [run, list] of runs.entries()) await record(`run-${run}`, list);
    for (const [run, list] of runs.entries()) {
      const expected = list.map(({ id, rule }) => `${id} ${rule}`).sort();
      expect(decidedBy(database, `run-${run}`), `run-${run}`).toEqual(expected);
    }
    const kept = "SELECT DISTINCT rule FROM cleanup_kept ORDER BY 1";
    expect(database.connection.prepare(kept).pluck().all()).toEqual(RULES.filter((r) => r !== "beyond_keep").sort());
  });

  it("begins no new span for a size, which is only kept up to date", async () => {
    const { database, journal, record } = makeJournal();
    await record("run-1", [decision(1, "keep_last", null)]);
    await record("run-2", [decision(1, "keep_last", 5)]);
    expect([...journal.knownSizes(TARGET)]).toEqual([{ id: "call-1", stampMs: 1_000, bytes: 5 }]);
    expect(count(database, "cleanup_spans")).toBe(0);
  });

  it("writes next to nothing while nothing changes", async () => {
    const { database, record } = makeJournal();
    await record("run-0", decisions(20_000));
    database.connection.pragma("wal_checkpoint(TRUNCATE)");
    const sizeBefore = statSync(database.path).size;
    const rowsBefore = rowsWritten(database);
    for (let run = 1; run < 5; run += 1) await record(`run-${run}`, decisions(20_000));
    expect(rowsWritten(database) - rowsBefore).toBeLessThan(4 * 5);
    expect(statSync(`${database.path}-wal`).size).toBeLessThan(200_000);
    database.connection.pragma("wal_checkpoint(TRUNCATE)");
    expect(statSync(database.path).size - sizeBefore).toBeLessThan(20_000);
    expect(count(database, "cleanup_decisions")).toBe(100_000);
  });

  it("lets the event loop turn while it works", async () => {
    const { record } = makeJournal();
    let turns = 0;
    let isOver = false;
    const turn = () => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await record("run-1", decisions(20_000));
    isOver = true;
    expect(turns).toBeGreaterThan(20_000 / 500);
  });

  it("takes the first of what looks the same, and refuses decisions out of order without harm to earlier ones", async () => {
    const { database, record } = makeJournal();
    const twice = { id: "\\xff", stampMs: null, rule: "unknown:name_mismatch", bytes: null } as const;
    await record("run-1", [decision(1), twice, { ...twice, rule: "unknown:symlink" }]);
    await expect(record("run-2", [decision(2), decision(1)])).rejects.toThrow(RangeError);
    await expect(record("run-3", [twice, decision(1)])).rejects.toThrow(RangeError);
    expect(decidedBy(database, "run-1")).toEqual(["\\xff unknown:name_mismatch", "call-1 keep_last"]);
    expect(decidedBy(database, "run-2")).toEqual([]);
  });

  it("takes a run's last word when it records twice", async () => {
    const { database, record } = makeJournal();
    await record("run-1", [decision(1), decision(2)]);
    await record("run-1", [decision(2, "min_age")]);
    expect(decidedBy(database, "run-1")).toEqual(["call-2 min_age"]);
  });

  it("lets a dry run that decided otherwise change nothing for the runs around it", async () => {
    const { database, record } = makeJournal();
    await record("run-1", decisions(100));
    await record(
      "dry",
      decisions(100, () => "beyond_keep"),
    );
    await record("run-2", decisions(100));
    const rules = "SELECT run_id || ' ' || rule || ' ' || count(*) FROM cleanup_decisions GROUP BY run_id, rule";
    expect(database.connection.prepare(rules).pluck().all()).toEqual([
      "dry beyond_keep 100",
      "run-1 keep_last 100",
      "run-2 keep_last 100",
    ]);
  });

  it("lets two runs of one root record at once, each in full", async () => {
    const { database, record } = makeJournal();
    const other = createCleanupJournal(makeDatabase(database.path));
    const second = { ...TARGET, runId: "run-2", atMs: 2 };
    await Promise.all([
      record("run-1", decisions(5_000)),
      other.recordDecisions(
        second,
        decisions(4_000, () => "min_age"),
      ),
    ]);
    expect(decidedBy(database, "run-1")).toHaveLength(5_000);
    expect(new Set(decidedBy(database, "run-2"))).toEqual(
      new Set([...decisions(4_000)].map(({ id }) => `${id} min_age`)),
    );
  });

  it("leaves the runs before it whole, and itself out, when it is killed in the middle", async () => {
    const { database, record } = makeJournal();
    await record("run-1", decisions(5_000));
    await killWhileRecording(database.path);
    expect(count(database, "cleanup_spans")).toBeGreaterThan(0);
    expect(decidedBy(database, "killed")).toEqual([]);
    const first = [...decisions(5_000)].map(({ id, rule }) => `${id} ${rule}`).sort();
    expect(decidedBy(database, "run-1")).toEqual(first);
    await record(
      "run-2",
      decisions(3_000, (n) => (n % 2 === 0 ? "min_age" : "keep_last")),
    );
    expect(decidedBy(database, "run-1")).toEqual(first);
    expect(decidedBy(database, "run-2")).toHaveLength(3_000);
    expect(decidedBy(database, "killed")).toEqual([]);
  });
});

// Stops after 2,500 of 5,000 decisions, once some of them are on disk, and waits to be killed there.
async function killWhileRecording(path: string): Promise<void> {
  const script = `import { createCleanupJournal, openDatabase } from ${JSON.stringify(BUILT)};
    const database = openDatabase(process.argv[1], { log: { info() {} } });
    const run = { name: "recordings", root: "/srv/recordings", runId: "killed", atMs: 3 };
    function* decisions() {
      for (let n = 0; n < 5_000; n += 1) {
        if (n === 2_500) process.kill(process.pid, "SIGKILL");
        yield { id: "call-" + n, stampMs: n * 1_000, rule: "min_age", bytes: n };
      }
    }
    await createCleanupJournal(database).recordDecisions(run, decisions());`;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, path], { cwd, stdio: "inherit" });
  onTestFinished(() => void child.kill("SIGKILL"));
  expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);
}

function makeJournal() {
  const database = makeDatabase();
  const journal = createCleanupJournal(database);
  const record = (runId: string, list: Iterable<RecordedDecision>) =>
    journal.recordDecisions({ ...TARGET, runId, atMs: 1 }, list);
  return { database, journal, record };
}

function decidedBy({ connection }: CaretakerDatabase, runId: string): unknown[] {
  const sql = "SELECT session || ' ' || rule FROM cleanup_decisions WHERE run_id = ?";
  return connection.prepare(sql).pluck().all(runId).sort();
}

function count({ connection }: CaretakerDatabase, table: string): unknown {
  return connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
}

function rowsWritten({ connection }: CaretakerDatabase): number {
  return Number(connection.prepare("SELECT total_changes()").pluck().get());
}

// Sessions come, change their rule, lose their stamp, go and come back.
function randomDecisions(random: (below: number) => number): RecordedDecision[] {
  const names = ["a", "B", "z", "\u{FF61}", "\u{1F600}", "\u{1F601}x"];
  const all = names.flatMap((name) => [1, 2, null].map((stampMs) => ({ id: `${name}-${stampMs}`, stampMs })));
  return all
    .filter(() => random(4) > 0)
    .map((entry) => ({ ...entry, rule: RULES[random(RULES.length)] ?? "held", bytes: random(3) || null }))
    .sort((a, b) => (a.stampMs ?? 9) - (b.stampMs ?? 9) || (a.id < b.id ? -1 : 1));
}

/** Numbers that are the same in every run of the test (a linear congruence). */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
