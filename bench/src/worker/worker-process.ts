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
/** A timer may fire this much before its time, in ms. */
const EARLY_MS = 3;

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
const runsDue = task.durationMs / EVERY_MS;
const lateMs = names.flatMap((name) => {
  const late = ran.filter((run) => run.name === name).map(({ atMs }) => lateBy(atMs, dueMs.get(name) ?? 0));
  // What has not run at all is as late as what a run can be told to be.
  return [...late, ...Array<number>(Math.max(0, runsDue - late.length)).fill(EVERY_MS)];
});
const figures: WorkerFigures = {
  runs: ran.length,
  expectedRuns: task.checks * runsDue,
  cpuMs: (user + system) / 1_000,
  redisCpuMs: redisAfter.cpuMs - redisBefore.cpuMs,
  redisCommands: redisAfter.commands - redisBefore.commands,
  lateP50Ms: quantile(lateMs, 0.5),
  lateP99Ms: quantile(lateMs, 0.99),
};
process.stdout.write(JSON.stringify(figures), () => process.exit(0));

/**
 * How late a run is that is due once a second at this place in it. A tick that starts more than a second late makes
 * BullMQ leave out the one after it, so where every run that is due takes place none is later than that.
 */
function lateBy(atMs: number, phaseMs: number): number {
  const lateMs = (((atMs - phaseMs) % EVERY_MS) + EVERY_MS) % EVERY_MS;
  return lateMs > EVERY_MS - EARLY_MS ? 0 : lateMs;
}
