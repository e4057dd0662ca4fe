import { defineCheck, MAX_CHECKS, next } from "@caretaker/health";
import { connect, createKeys, createRedisCheckStore } from "@caretaker/redis-store";
import { startWorker } from "@caretaker/worker";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

/** What a ticker is to run: each name once a second. */
export interface TickerOptions {
  readonly names: readonly string[];
  readonly redisUrl: string;
  readonly onRun: (name: string) => void;
}

/** Something that ticks. */
export interface Ticker {
  /** When within a second each name is due, in ms. */
  phases(): Promise<ReadonlyMap<string, number>>;
}

const EVERY_MS = 1_000;
const CONCURRENCY = 50;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The ways of running something each second; nothing is done in a run, so that what is left is the way itself. */
export const tickers = {
  caretaker,
  bullmq,
  "scheduler each": schedulerEach,
  "one scheduler": oneScheduler,
  setInterval: intervals,
} as const;

/** Ours. One key prefix holds at most {@link MAX_CHECKS}, so a thousand are several fleets in one process. */
async function caretaker({ names, redisUrl, onRun }: TickerOptions): Promise<Ticker> {
  const prefixes = chunks(names).map((_, index) => `bench-${index}`);
  for (const [index, chunk] of chunks(names).entries()) {
    const checks = chunk.map((name) => defineCheck({ name, every: "1s", run: async () => onRun(name) }));
    await startWorker({ checks, redis: redisUrl, prefix: prefixes[index] ?? "bench", hostId: "bench", log: quiet });
  }
  const queues = prefixes.map((prefix) => ({ name: "checks", prefix: createKeys(prefix).queues }));
  return { phases: () => phasesOf(queues, redisUrl) };
}

/** BullMQ alone, a scheduler for each check. */
async function bullmq({ names, redisUrl, onRun }: TickerOptions): Promise<Ticker> {
  return scheduleEach(names, redisUrl, async (name) => onRun(name));
}

/** A scheduler for each check, which begins and publishes it as Caretaker does: the shape that Caretaker once had. */
async function schedulerEach({ names, redisUrl, onRun }: TickerOptions): Promise<Ticker> {
  return scheduleEach(names, redisUrl, createPublisher(names, redisUrl, onRun));
}

async function scheduleEach(
  names: readonly string[],
  redisUrl: string,
  run: (name: string) => Promise<void>,
): Promise<Ticker> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue("plain", { connection });
  new Worker("plain", ({ name }) => run(name), { connection, concurrency: CONCURRENCY });
  const keep = { count: 20 };
  for (const [index, name] of names.entries()) {
    const offset = 1 + ((index * 997) % (EVERY_MS - 1));
    const opts = { attempts: 1, removeOnComplete: keep, removeOnFail: keep };
    await queue.upsertJobScheduler(name, { every: EVERY_MS, offset }, { name, opts });
  }
  return { phases: () => phasesOf([{ name: "plain", prefix: "bull" }], redisUrl) };
}

/**
 * One BullMQ tick for all checks, which begins and publishes each at its own place in the second: the floor of what our
 * promises about publication cost, without the windows, the beats and the repairs that Caretaker adds.
 */
async function oneScheduler({ names, redisUrl, onRun }: TickerOptions): Promise<Ticker> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const runOne = createPublisher(names, redisUrl, onRun);
  const phases = new Map(names.map((name, index) => [name, (index * 997) % EVERY_MS]));
  const queue = new Queue("grouped", { connection });
  const tick = async () => {
    const startMs = Math.ceil(Date.now() / EVERY_MS) * EVERY_MS;
    for (const [name, phaseMs] of phases) setTimeout(() => void runOne(name), startMs + phaseMs - Date.now());
  };
  new Worker("grouped", tick, { connection });
  const opts = { removeOnComplete: { count: 20 } };
  await queue.upsertJobScheduler("all", { every: EVERY_MS, offset: EVERY_MS / 2 }, { name: "all", opts });
  return { phases: async () => phases };
}

/** A run that begins and publishes as ours do, and does nothing in between. */
function createPublisher(names: readonly string[], redisUrl: string, onRun: (name: string) => void) {
  const client = connect(redisUrl, "store", () => undefined);
  const store = createRedisCheckStore(client, createKeys("bench-published"));
  const checks = new Map(names.map((name) => [name, defineCheck({ name, every: "1s", run: () => undefined })]));
  return async (name: string): Promise<void> => {
    const check = checks.get(name);
    if (check === undefined) return;
    const key = { check: name, host: null };
    const begun = await store.begin(key, check.timeoutMs);
    if (begun.kind !== "begun") return;
    onRun(name);
    const outcome = { status: "pass", code: "ok", durationMs: 0, measures: {} } as const;
    const { fence, previous } = begun.run;
    const progress = next(previous, outcome, check);
    await store.publish({ key, fence, runId: `${name}.${fence}`, progress, outcome, previous, hungForMs: null });
  };
}

/** A timer for each, in this process alone. */
async function intervals({ names, onRun }: TickerOptions): Promise<Ticker> {
  const phases = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    setTimeout(
      () => {
        phases.set(name, Date.now() % EVERY_MS);
        setInterval(() => onRun(name), EVERY_MS);
      },
      (index * 997) % EVERY_MS,
    );
  }
  return { phases: async () => phases };
}

function chunks(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / MAX_CHECKS);
  return Array.from({ length: count }, (_, index) => names.slice(index * MAX_CHECKS, (index + 1) * MAX_CHECKS));
}

async function phasesOf(
  queues: readonly { name: string; prefix: string }[],
  redisUrl: string,
): Promise<ReadonlyMap<string, number>> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const schedulers = await Promise.all(
    queues.map(({ name, prefix }) => new Queue(name, { connection, prefix }).getJobSchedulers()),
  );
  // A schedule of ours names its checks, and how long after it each begins; one of BullMQ's own is the thing itself.
  const due = schedulers.flat().flatMap(({ key, next = 0, template }) => {
    const checks: Readonly<Record<string, number>> = template?.data?.checks ?? { [key]: 0 };
    return Object.entries(checks).map(([name, afterMs]) => [name, (next + afterMs) % EVERY_MS] as const);
  });
  return new Map(due);
}
