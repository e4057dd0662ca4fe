import { performance } from "node:perf_hooks";
import { connectForWorker, type RedisTarget } from "@caretaker/redis-store";
import { type Job, type Telemetry, Worker, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import { createBreaker } from "./breaker.js";
import { createProgressWatch } from "./progress-watch.js";

/** One queue's consumer, bounded in every direction that BullMQ leaves open. */
export interface QueueWorker {
  /** Takes no further jobs; those under way go on. Several reasons to pause may hold at once. */
  pause(reason: string): void;
  resume(reason: string): void;
  /**
   * Hears at each beat whether something is overdue in the queue: a consumer that takes nothing for 10 s although it could
   * is started anew, over new connections.
   */
  look(isOverdue: boolean): void;
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
  /** Traces each job; `null` or none: nobody does. */
  readonly telemetry?: Telemetry | null;
  readonly onError: (error: Error) => void;
  /** A scripted write on another connection, tried: whether a store that refuses writes takes them again. */
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
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

const ANEW_MS = 1_000;

/** Starts consuming. */
export function startQueueWorker<Data>(options: QueueWorkerOptions<Data>): QueueWorker {
  const underWay = new Set<Promise<unknown>>();
  const watch = createProgressWatch(() => performance.now());
  let isClosing = false;
  let retry: NodeJS.Timeout | undefined;
  const process = (job: Job<Data>) => {
    watch.noteJob();
    return track(underWay, options.process(job));
  };
  let wasConnected = false;
  const onReady = () => {
    options.onConnect({ isAnew: wasConnected });
    wasConnected = true;
  };
  let consumer = launch(options, { process, onReady });
  const pauses = createPauses(() => consumer.worker);
  const breaker = createBreaker({
    pause: () => pauses.add("breaker"),
    resume: () => pauses.remove("breaker"),
    isTaken: options.isTaken,
  });
  const startAnew = () => {
    if (isClosing) return;
    const old = consumer;
    consumer = launch(options, { process, onReady });
    pauses.hold();
    follow();
    void end(old, true);
  };
  const follow = () => {
    const { worker } = consumer;
    worker.on("error", (error) => {
      breaker.report(error);
      options.onError(error);
    });
    // A first step that was refused, as by rules that are not there yet, is never tried again by the worker itself.
    worker.waitUntilReady().catch(() => {
      if (!isClosing) retry = setTimeout(startAnew, ANEW_MS);
    });
  };
  follow();
  return {
    pause: pauses.add,
    resume: pauses.remove,
    look: (isOverdue) => {
      const couldBegin = isOverdue && underWay.size === 0 && !pauses.isPaused();
      if (!watch.isStuck(couldBegin)) return;
      options.onError(new Error(`${options.queue} takes no jobs: started anew, ${watch.times()} times in a row`));
      startAnew();
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    close: async () => {
      isClosing = true;
      clearTimeout(retry);
      breaker.stop();
      // A graceful close never ends while Redis is away, and a forced one is ignored after it: so ask first, then choose.
      const isThere = await within(PING_MS, consumer.connection.ping());
      await end(consumer, !isThere);
    },
  };
}

interface Consumer {
  readonly worker: Worker;
  readonly connection: Redis;
}

interface Hooks<Data> {
  readonly process: (job: Job<Data>) => Promise<unknown>;
  readonly onReady: () => void;
}

function launch<Data>(options: QueueWorkerOptions<Data>, { process, onReady }: Hooks<Data>): Consumer {
  const connection = connectForWorker(options.redis, options.onError);
  connection.on("ready", onReady);
  const worker = new Worker<Data>(options.queue, process, {
    ...SETTINGS,
    maxStartedAttempts: options.maxStartedAttempts ?? SETTINGS.maxStartedAttempts,
    connection,
    prefix: options.prefix,
    concurrency: options.concurrency,
    ...(options.telemetry ? { telemetry: options.telemetry } : {}),
  });
  return { worker, connection };
}

async function end({ worker, connection }: Consumer, isForced: boolean): Promise<void> {
  await within(CLOSE_MS, worker.close(isForced));
  connection.disconnect();
}

function track<T>(underWay: Set<Promise<unknown>>, run: Promise<T>): Promise<T> {
  underWay.add(run);
  const forget = () => underWay.delete(run);
  run.then(forget, forget);
  return run;
}

/** `current` is another worker after a new start, which `hold` pauses where the one before was. */
function createPauses(current: () => Pick<Worker, "pause" | "resume">) {
  const reasons = new Set<string>();
  const hold = () => {
    if (reasons.size > 0) void current().pause(true);
  };
  return {
    add: (reason: string) => {
      reasons.add(reason);
      hold();
    },
    remove: (reason: string) => {
      if (reasons.delete(reason) && reasons.size === 0) void current().resume();
    },
    hold,
    isPaused: () => reasons.size > 0,
  };
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
