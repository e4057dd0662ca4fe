import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inRounds, type Rounds } from "../shared/in-rounds.js";
import { markdownTable } from "../shared/markdown-table.js";
import type { Part } from "../shared/part.js";
import { quantile } from "../shared/quantile.js";
import { withRedis } from "../shared/redis-server.js";
import type { WorkerFigures, WorkerTask } from "./worker-process.js";

const PROCESS = fileURLToPath(new URL("./worker-process.js", import.meta.url));

const KINDS = ["bullmq", "caretaker", "scheduler each", "one scheduler", "setInterval"] as const;

const NAMES = {
  bullmq: "BullMQ, a scheduler for each",
  caretaker: "caretaker",
  "scheduler each": "a BullMQ scheduler for each, our begin and publish",
  "one scheduler": "one BullMQ scheduler, our begin and publish for each",
  setInterval: "`setInterval`",
};

/** Checks that run each second on one worker: what a run costs the worker and Redis, and how late it is. */
export const worker: Part = async ({ quick }) => {
  const rounds = quick ? 1 : 3;
  const times = quick ? { warmUpMs: 4_000, durationMs: 3_000 } : { warmUpMs: 4_000, durationMs: 5_000 };
  const rows: string[][] = [];
  const figures: Record<string, readonly Rounds<WorkerFigures>[]> = {};
  for (const checks of quick ? [100] : [10, 100, 1_000]) {
    const contenders = KINDS.map((kind) => ({ name: NAMES[kind], measure: () => measure({ kind, checks, ...times }) }));
    const results = await inRounds(contenders, rounds);
    figures[checks] = results;
    const plain = results[0]?.rounds ?? [];
    rows.push(...results.map(({ name, rounds: own }) => [String(checks), name, ...cells(own, plain)]));
  }
  return { tables: [["Worker, checks each second", markdownTable(HEAD, rows)]], figures };
};

const HEAD = [
  "checks",
  "run by",
  "CPU s/1,000 runs",
  "it ÷ plain BullMQ",
  "Redis CPU s/1,000",
  "Redis commands/run",
  "late p50 ms",
  "late p99 ms",
  "runs of those due",
];

// In a process and with a Redis of its own, so that nothing is left of the one before.
async function measure(task: Omit<WorkerTask, "redisUrl">): Promise<WorkerFigures> {
  return withRedis(async (redisUrl) => {
    const args = [PROCESS, JSON.stringify({ ...task, redisUrl })];
    const timeout = 4 * (task.warmUpMs + task.durationMs) + 20_000;
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout, killSignal: "SIGKILL" });
    return JSON.parse(stdout) as WorkerFigures;
  });
}

function cells(own: readonly WorkerFigures[], plain: readonly WorkerFigures[]): string[] {
  const median = (figure: (one: WorkerFigures) => number) => quantile(own.map(figure), 0.5);
  const cpuPerRun = ({ cpuMs, runs }: WorkerFigures) => cpuMs / runs;
  const ratios = own.map((one, round) => cpuPerRun(one) / cpuPerRun(plain[round] ?? one));
  return [
    median(cpuPerRun).toFixed(3),
    `${quantile(ratios, 0.5).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
    median(({ redisCpuMs, runs }) => redisCpuMs / runs).toFixed(3),
    median(({ redisCommands, runs }) => redisCommands / runs).toFixed(1),
    median(({ lateP50Ms }) => lateP50Ms).toFixed(0),
    median(({ lateP99Ms }) => lateP99Ms).toFixed(0),
    `${median(({ runs, expectedRuns }) => (100 * runs) / expectedRuns).toFixed(0)} %`,
  ];
}
