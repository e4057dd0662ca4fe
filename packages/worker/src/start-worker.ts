import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { performance } from "node:perf_hooks";
import { type CheckDefinition, InvalidCheckError, toSpec, validateCheckSet } from "@caretaker/health";
import {
  connect,
  createCleanupReporter,
  createKeys,
  createRedisCheckStore,
  createWorkerRegistry,
  type RedisTarget,
} from "@caretaker/redis-store";
import { type CleanupJournal, type RetentionTarget, type TargetLock, validateRoot } from "@caretaker/retention";
import { createBeatClock } from "./beat-clock.js";
import { type CheckQueue, startCheckQueue } from "./check-queue.js";
import { type CleanupRunner, startCleanupRunner } from "./cleanup-runner.js";
import { createErrorLimiter } from "./error-limiter.js";
import { InvalidWorkerError } from "./errors.js";
import { startHeartbeat } from "./heartbeat.js";
import { createKeeper } from "./keeper.js";
import type { WorkerLog } from "./log.js";
import { openQueue } from "./queue.js";
import { type CheckJobData, type CleanupJobData, cleanupQueue, FLEET_CHECKS_QUEUE, hostChecksQueue } from "./queues.js";
import { createStopSteps, type StopStep } from "./stop-steps.js";
import { createTransitionLog } from "./transition-log.js";

/** What a worker runs and where. */
export interface WorkerOptions {
  readonly checks?: readonly CheckDefinition[];
  readonly retention?: readonly RetentionTarget[];
  readonly redis: RedisTarget;
  /** Default `caretaker`. All workers under one prefix are one fleet with one set of checks. */
  readonly prefix?: string;
  /** Default the host's name. Tells whose machine a host-scope result is true for. */
  readonly hostId?: string;
  /** Shown on the dashboard. */
  readonly version?: string;
  readonly log: WorkerLog;
  /** Needed with retention targets. */
  readonly journal?: CleanupJournal;
  readonly lock?: TargetLock;
  /** Directories no retention root may be or contain. */
  readonly forbiddenRoots?: readonly string[];
}

/** A running worker. */
export interface CaretakerWorker {
  readonly id: string;
  /** The steps of stopping, in order, for a process that runs them among its own. */
  readonly stopSteps: readonly StopStep[];
  /** Runs the stop steps. Bounded: what is not done after `timeoutMs` (default 10 s) is aborted. */
  close(options?: { timeoutMs?: number }): Promise<void>;
}

/**
 * Starts the checks and the cleanups. Redis being away is not an error: the worker goes on trying and says so once.
 *
 * @throws {@link InvalidWorkerError}, `InvalidCheckError` or `RootRefusedError` before anything is started.
 */
export async function startWorker(options: WorkerOptions): Promise<CaretakerWorker> {
  const { checks = [], hostId = hostname(), log } = options;
  const targets = (options.retention ?? []).filter(({ onHost }) => onHost === null || onHost === hostId);
  await validate(options, targets);

  const id = `${hostId}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const keys = createKeys(options.prefix ?? "caretaker");
  const monotonicMs = () => performance.now();
  const limitErrors = createErrorLimiter(log, monotonicMs);
  const store = connect(options.redis, "store", (error) => limitErrors("store", error));
  const registry = createWorkerRegistry(store, keys, { specs: checks.map(toSpec) });
  const stopped = new AbortController();
  const clock = createBeatClock(monotonicMs);
  const startedMs = monotonicMs();
  let lastRunMs: number | null = null;

  const info = () => ({
    id,
    host: hostId,
    pid: process.pid,
    version: options.version ?? "unknown",
    startedAtMs: clock.toStoreMs(startedMs),
    lastRunAtMs: lastRunMs === null ? null : clock.toStoreMs(lastRunMs),
  });
  const shared = {
    prefix: keys.queues,
    redis: options.redis,
    log,
    signal: stopped.signal,
    onError: (error: Error) => limitErrors("queue", error),
    // A scripted write like those that were refused.
    probe: () => registry.beat(info(), true),
  };
  const checkQueue = (queue: string, scope: "fleet" | "host"): CheckQueue =>
    startCheckQueue({
      ...shared,
      queue: openQueue<CheckJobData>(queue, store, keys.queues),
      checks: checks.filter((check) => check.scope === scope),
      host: scope === "host" ? hostId : null,
      store: createRedisCheckStore(store, keys),
      transitions: createTransitionLog(log, monotonicMs),
      monotonicMs,
      onRun: () => {
        lastRunMs = monotonicMs();
      },
    });
  const cleanup = (target: RetentionTarget): CleanupRunner =>
    startCleanupRunner({
      ...shared,
      target,
      queue: openQueue<CleanupJobData>(cleanupQueue(target.name), store, keys.queues),
      journal: required(options.journal),
      lock: required(options.lock),
      reporter: createCleanupReporter(store, keys),
      nowMs: () => Date.now(),
      forbiddenRoots: options.forbiddenRoots ?? [],
    });

  const fleet = checkQueue(FLEET_CHECKS_QUEUE, "fleet");
  const host = checkQueue(hostChecksQueue(hostId), "host");
  const cleanups = targets.map(cleanup);
  const forgetHosts = async (hosts: readonly string[]) => {
    for (const name of hosts) await openQueue(hostChecksQueue(name), store, keys.queues).obliterate({ force: true });
    log.info("forgot machines without workers", { hosts });
  };
  const keeper = createKeeper({ fleet, host, cleanups, forgetHosts, log });
  const heartbeat = startHeartbeat({
    registry,
    info,
    log,
    hostNowMs: () => Date.now(),
    onBeat: async (state) => {
      clock.set(state.nowMs);
      await keeper(state);
    },
  });
  store.on("ready", () => void heartbeat.beat());
  log.info("worker started", { workerId: id, checks: checks.length, targets: targets.map(({ name }) => name) });

  const stopSteps = createStopSteps({
    id,
    heartbeat,
    registry,
    store,
    workers: [fleet.worker, host.worker, ...cleanups.map(({ worker }) => worker)],
    hostKeys: host.keys,
    abort: () => stopped.abort(),
  });
  return {
    id,
    stopSteps,
    close: async ({ timeoutMs = 10_000 } = {}) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      for (const step of stopSteps) await step.run(deadline);
    },
  };
}

async function validate(options: WorkerOptions, targets: readonly RetentionTarget[]): Promise<void> {
  const problems: string[] = [];
  try {
    validateCheckSet(options.checks ?? []);
  } catch (error) {
    if (!(error instanceof InvalidCheckError)) throw error;
    problems.push(...error.problems);
  }
  if (targets.length > 0 && (options.journal === undefined || options.lock === undefined)) {
    problems.push("retention targets need a journal and a lock: pass both, for example from @caretaker/sqlite-store");
  }
  const names = targets.map(({ name }) => name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`retention target "${name}": the name is used twice; names are unique`);
  }
  if (problems.length > 0) throw new InvalidWorkerError(problems);
  for (const target of targets) await validateRoot(target, { forbiddenRoots: options.forbiddenRoots ?? [] });
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new InvalidWorkerError(["retention targets need a journal and a lock"]);
  return value;
}
