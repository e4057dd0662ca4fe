import { auditTarget, defineTarget, recorderSessions, runCleanup } from "@caretaker/retention";
import { createCleanupJournal, createTargetLock, openDatabase } from "@caretaker/sqlite-store";
import { tellCost } from "../shared/tell-cost.js";

/** What a process is to do with a root: one run of its policy, or a look at every marker. */
export interface CleanupTask {
  readonly kind: "run" | "audit";
  readonly root: string;
  readonly dbPath: string;
  readonly nowMs: number;
  /** Sessions no older than this are kept. */
  readonly keepWithinMinutes: number;
}

/** What came of it. */
export interface CleanupAnswer {
  readonly outcome: string;
  readonly listed: number;
  readonly deleted: number;
}

const task = JSON.parse(process.argv[2] ?? "{}") as CleanupTask;
const target = defineTarget({
  name: "bench",
  root: task.root,
  owns: recorderSessions(),
  keep: { last: 1, within: `${task.keepWithinMinutes}m` },
  // A benchmark deletes all it has made.
  maxDeleteRatio: 1,
});
await (task.kind === "run" ? tellRun() : tellCost(audit));

async function tellRun(): Promise<void> {
  const database = openDatabase(task.dbPath, { log: { info: () => {} } });
  try {
    await tellCost(() => run(createCleanupJournal(database)));
  } finally {
    database.close();
  }
}

async function run(journal: ReturnType<typeof createCleanupJournal>): Promise<CleanupAnswer> {
  const report = await runCleanup(target, {
    runId: `bench-${process.pid}`,
    dryRun: false,
    reason: "bench",
    nowMs: () => task.nowMs,
    // The clock is the benchmark's own, and so is what could tell that it jumps.
    readClock: () => ({ bootId: null, upMs: 0 }),
    journal,
    lock: createTargetLock(),
  });
  return { outcome: report.outcome, listed: report.listed, deleted: report.deletedCount };
}

async function audit(): Promise<CleanupAnswer> {
  const options = { claims: () => [], lastRun: null, lock: createTargetLock(), nowMs: task.nowMs };
  const report = await auditTarget(target, options);
  const owned = report === "busy" ? 0 : report.counts.owned + report.counts.active;
  return { outcome: "done", listed: owned, deleted: 0 };
}
