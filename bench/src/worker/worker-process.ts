import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { quantile } from "../shared/quantile.js";
import { redisFigures } from "../shared/redis-figures.js";
import { tickers } from "./tickers.js";

/** What to run, and for how long. */
export interface WorkerTask {
  readonly kind: keyof typeof tickers;
  readonly checks: number;
  readonly redisUrl: string;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** What it came to. */
export interface WorkerFigures {
  readonly runs: number;
  readonly expectedRuns: number;
  readonly cpuMs: number;
  readonly redisCpuMs: number;
  readonly redisCommands: number;
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
}

const EVERY_MS = 1_000;

const task: WorkerTask = JSON.parse(process.argv[2] ?? "{}");
const seen: { name: string; atMs: number }[] = [];
const client = new Redis(task.redisUrl);
const names = Array.from({ length: task.checks }, (_, index) => `check-${index}`);
const ticker = await tickers[task.kind]({
  names,
  redisUrl: task.redisUrl,
  onRun: (name) => seen.push({ name, atMs: Date.now() }),
});
await wait(task.warmUpMs);
const dueMs = await ticker.phases();
const [redisBefore, cpuBefore, from] = [await redisFigures(client), process.cpuUsage(), seen.length];
await wait(task.durationMs);
const [{ user, system }, ran] = [process.cpuUsage(cpuBefore), seen.slice(from)];
const redisAfter = await redisFigures(client);
// A tick is due once a second, at the check's own place in it.
const lateMs = ran.map(({ name, atMs }) => (atMs - (dueMs.get(name) ?? 0) + EVERY_MS) % EVERY_MS);
const figures: WorkerFigures = {
  runs: ran.length,
  expectedRuns: (task.checks * task.durationMs) / EVERY_MS,
  cpuMs: (user + system) / 1_000,
  redisCpuMs: redisAfter.cpuMs - redisBefore.cpuMs,
  redisCommands: redisAfter.commands - redisBefore.commands,
  lateP50Ms: quantile(lateMs, 0.5),
  lateP99Ms: quantile(lateMs, 0.99),
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));
