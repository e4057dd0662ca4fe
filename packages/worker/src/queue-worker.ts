import { connectForWorker, type RedisTarget } from "@caretaker/redis-store";
import { type Job, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { type Breaker, createBreaker } from "./breaker.js";

/** One queue's consumer, bounded in every direction that BullMQ leaves open. */
export interface QueueWorker {
  /** Takes no further jobs; those under way go on. Several reasons to pause may hold at once. */
  pause(reason: string): void;
  resume(reason: string): void;
  /** Resolves when no job is under way. */
  idle(): Promise<void>;
  /** Closes the queue's connections, with Redis there or not, within about two seconds. */
  close(): Promise<void>;
}

/** What a consumer needs. */
export interface QueueWorkerOptions<Data> {
  readonly queue: string;
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly concurrency: number;
  /** How often a job may begin, crashes and tries together; default 2. */
  readonly maxStartedAttempts?: number;
  readonly process: (job: Job<Data>) => Promise<unknown>;
  readonly onError: (error: Error) => void;
  /** A scripted write on another connection, tried: whether a store that refuses writes takes them again. */
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made, anew or at first: replies may have been lost. */
  readonly onConnect: () => void;
}

// Measured: a crashed worker's job comes back after about 10 s instead of 60, one that crashes its worker runs twice
// instead of for ever, and an idle worker asks every 2 s.
const SETTINGS = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStartedAttempts: 2,
  drainDelay: 2,
  runRetryDelay: 1_000,
} satisfies Partial<WorkerOptions>;

const CLOSE_MS = 2_000;
const PING_MS = 500;

/** Starts consuming. */
export function startQueueWorker<Data>(options: QueueWorkerOptions<Data>): QueueWorker {
  const connection = connectForWorker(options.redis, options.onError);
  connection.on("ready", options.onConnect);
  const underWay = new Set<Promise<unknown>>();
  const worker = new Worker<Data>(options.queue, (job) => track(underWay, options.process(job)), {
    ...SETTINGS,
    maxStartedAttempts: options.maxStartedAttempts ?? SETTINGS.maxStartedAttempts,
    connection,
    prefix: options.prefix,
    concurrency: options.concurrency,
  });
  const pauses = createPauses(worker);
  const breaker = createBreaker({
    pause: () => pauses.add("breaker"),
    resume: () => pauses.remove("breaker"),
    isTaken: options.isTaken,
  });
  worker.on("error", (error) => {
    breaker.report(error);
    options.onError(error);
  });
  return {
    pause: pauses.add,
    resume: pauses.remove,
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    close: () => close({ worker, connection, breaker }),
  };
}

function track<T>(underWay: Set<Promise<unknown>>, run: Promise<T>): Promise<T> {
  underWay.add(run);
  const forget = () => underWay.delete(run);
  run.then(forget, forget);
  return run;
}

function createPauses(worker: Pick<Worker, "pause" | "resume">) {
  const reasons = new Set<string>();
  return {
    add: (reason: string) => {
      reasons.add(reason);
      void worker.pause(true);
    },
    remove: (reason: string) => {
      if (reasons.delete(reason) && reasons.size === 0) void worker.resume();
    },
  };
}

/** A graceful close never ends while Redis is away, and a forced one is ignored after it: so ask first, then choose. */
async function close({ worker, connection, breaker }: { worker: Worker; connection: Redis; breaker: Breaker }) {
  breaker.stop();
  const isThere = await within(PING_MS, connection.ping());
  await within(CLOSE_MS, worker.close(!isThere));
  connection.disconnect();
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const done = work.then(
    () => true,
    () => false,
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}
