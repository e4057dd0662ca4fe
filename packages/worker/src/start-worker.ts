import { performance } from "node:perf_hooks";
import { toSpec } from "@caretaker/health";
import {
  connect,
  createErrorLimiter,
  createKeys,
  createNoticeStore,
  createRedisHistory,
  createWorkerRegistry,
  readTarget,
  warnOfOldServer,
} from "@caretaker/redis-store";
import { retentionCheck } from "./cleanup/retention-check.js";
import { WorkerStoppingError } from "./errors.js";
import { startHeartbeat } from "./heartbeat.js";
import { startHistoryKeeper } from "./keep-history.js";
import { createKeeper } from "./keeper.js";
import { startNotifier } from "./notify/start-notifier.js";
import { startQueues } from "./start-queues.js";
import { createStopSteps, type StopStep } from "./stop-steps.js";
import { createWorkBoard } from "./work-board.js";
import { createWorkerIdentity } from "./worker-identity.js";
import { readWorkerOptions, type WorkerOptions } from "./worker-options.js";

/** A running worker. */
export interface CaretakerWorker {
  readonly id: string;
  /** The steps of stopping, in order, for a process that runs them among its own. */
  readonly stopSteps: readonly StopStep[];
  /** Runs the stop steps. Bounded: what is not done after `timeoutMs` (default 10 s) is aborted. */
  close(options?: { timeoutMs?: number }): Promise<void>;
}

const monotonicMs = () => performance.now();

/**
 * Starts the checks and the cleanups. Redis being away is not an error: the worker goes on trying and says so once.
 *
 * @throws {@link InvalidWorkerError} or `RootRefusedError` before anything is started.
 */
export async function startWorker(options: WorkerOptions): Promise<CaretakerWorker> {
  const settings = await readWorkerOptions(options);
  const { targets, log } = settings;
  const keys = createKeys(settings.prefix);
  const limitErrors = createErrorLimiter(log, monotonicMs);
  const store = connect(settings.redis, "store", (error) => limitErrors("store", error));
  const read = (target: string) => readTarget(store, keys, target);
  const checks = [...settings.checks, ...settings.targetNames.map((name) => retentionCheck(name, read))];
  const registry = createWorkerRegistry(store, keys, { specs: checks.map(toSpec) });
  const identity = createWorkerIdentity(settings, monotonicMs);
  const [stopping, stopped] = [new AbortController(), new AbortController()];
  const board = createWorkBoard(identity.nowMs);
  identity.showJobs(board.jobs);
  const queues = startQueues({
    settings: { ...settings, checks },
    keys,
    store,
    monotonicMs,
    signal: stopped.signal,
    stopping: stopping.signal,
    onError: (error) => limitErrors("queue", error),
    // Answered, it also mends what the refusals have left of the schedules.
    isTaken: () => heartbeat.beat(),
    onConnect: (connection) => heartbeat.noteConnection(connection),
    board,
    onRun: identity.noteRun,
    clockOffsetMs: identity.clockOffsetMs,
  });
  const keep = createKeeper({ ...queues, log });
  const heartbeat = startHeartbeat({
    registry,
    info: async () => {
      // Figures are shown, not needed: a beat goes without new ones.
      await queues.count().then(identity.noteQueues, () => undefined);
      return identity.info();
    },
    log,
    hostNowMs: () => Date.now(),
    onBeat: (state) => {
      identity.noteBeat(state);
      return keep(state);
    },
  });
  const history = startHistoryKeeper({ redis: createRedisHistory(store, keys), store: settings.statusHistory, log });
  const { fleet, host, cleanups, requests, notices } = queues;
  const notifier =
    notices === null || settings.notify === null
      ? null
      : startNotifier({ store: createNoticeStore(store, keys), queue: notices, notify: settings.notify, log });
  let wasConnected = false;
  store.on("ready", () => {
    heartbeat.noteConnection({ isAnew: wasConnected });
    wasConnected = true;
    void history.look();
    void notifier?.look();
  });
  warnOfOldServer(store, log);
  log.info("worker started", {
    workerId: identity.id,
    checks: checks.length,
    targets: targets.map(({ target }) => target.name),
  });
  return withClose({
    id: identity.id,
    stopSteps: createStopSteps({
      id: identity.id,
      heartbeat,
      watches: [history, ...(notifier === null ? [] : [notifier])],
      registry,
      store,
      workers: [
        requests,
        ...[fleet, host, ...cleanups, ...(notices === null ? [] : [notices])].map(({ worker }) => worker),
      ],
      hostKeys: host.keys,
      releaseTargets: () => Promise.all(cleanups.map((cleanup) => cleanup.release())),
      stopCleanups: () => stopping.abort(new WorkerStoppingError()),
      abort: () => stopped.abort(new WorkerStoppingError()),
    }),
  });
}

function withClose(worker: Omit<CaretakerWorker, "close">): CaretakerWorker {
  return {
    ...worker,
    close: async ({ timeoutMs = 10_000 } = {}) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      for (const step of worker.stopSteps) await step.run(deadline);
    },
  };
}
