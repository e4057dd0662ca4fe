import {
  createCleanupCancellations,
  createCleanupReporter,
  createNoticeStore,
  createRedisCheckStore,
  createTargetOwner,
  type Keys,
  MAX_BEAT_QUEUES,
  type QueueDepth,
  readResultAges,
} from "@caretaker/redis-store";
import type { Redis } from "ioredis";
import { type CheckQueue, startCheckQueue } from "./checks/check-queue.js";
import { startCheckRequests } from "./checks/check-requests.js";
import { createTransitionLog } from "./checks/transition-log.js";
import { type CleanupRunner, startCleanupRunner } from "./cleanup/cleanup-runner.js";
import type { Notice } from "./notify/notice.js";
import { type NoticeQueue, startNoticeQueue } from "./notify/notice-queue.js";
import type { NotifySettings } from "./notify/notify-options.js";
import { countQueue } from "./queue/count-queue.js";
import { openQueue } from "./queue/queue.js";
import type { QueueWorker } from "./queue/queue-worker.js";
import {
  type CheckJobData,
  type CleanupJobData,
  cleanupQueue,
  FLEET_CHECKS_QUEUE,
  hostChecksQueue,
  NOTICES_QUEUE,
} from "./queues.js";
import type { WorkBoard } from "./work-board.js";
import type { WorkerSettings, WorkerTarget } from "./worker-options.js";

/** What all queues of a worker share. */
export interface QueuesOptions {
  readonly settings: WorkerSettings;
  readonly keys: Keys;
  /** The connection for schedules, leases and publications. */
  readonly store: Redis;
  readonly monotonicMs: () => number;
  /** Aborts when running checks must end. */
  readonly signal: AbortSignal;
  /** Aborts as soon as the worker is to stop: cleanups end after the session they are at. */
  readonly stopping: AbortSignal;
  readonly onError: (error: Error) => void;
  /** A scripted write, tried: whether a store that refuses writes takes them again. */
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
  /** Shows what is under way. */
  readonly board: WorkBoard;
  /** Hears of each tick that was taken to its end. */
  readonly onRun: () => void;
  /** How far this machine's clock is ahead of the store's, in ms; `null` while nobody knows. */
  readonly clockOffsetMs: () => number | null;
}

/** The queues of one worker. */
export interface WorkerQueues {
  readonly fleet: CheckQueue;
  readonly host: CheckQueue;
  readonly cleanups: readonly CleanupRunner[];
  /** `null` where nobody is told of changes of state. */
  readonly notices: NoticeQueue | null;
  /** How full they are; of a hundred at most. */
  count(): Promise<readonly QueueDepth[]>;
  /** Takes the wishes to run a check now. */
  readonly requests: QueueWorker;
  /** Removes the queues of machines that have no worker any more. */
  forgetHosts(hosts: readonly string[]): Promise<void>;
}

/** Starts consuming: one queue for the fleet's checks, one for this machine's, one for each target, one for notices. */
export function startQueues(options: QueuesOptions): WorkerQueues {
  const { settings, keys, store } = options;
  const names = [
    FLEET_CHECKS_QUEUE,
    hostChecksQueue(settings.hostId),
    ...(settings.notify === null ? [] : [NOTICES_QUEUE]),
    ...settings.targets.map(({ target }) => cleanupQueue(target.name)),
  ];
  const counted = names
    .slice(0, MAX_BEAT_QUEUES)
    .map((name) => openQueue<unknown>(name, store, { prefix: keys.queues }));
  return {
    fleet: startChecks(options, FLEET_CHECKS_QUEUE, null),
    host: startChecks(options, hostChecksQueue(settings.hostId), settings.hostId),
    cleanups: settings.targets.map((target) => startCleanups(options, target)),
    notices: settings.notify === null ? null : startNotices(options, settings.notify),
    count: () => Promise.all(counted.map(countQueue)),
    requests: startCheckRequests({ ...options, prefix: keys.queues, redis: settings.redis }),
    forgetHosts: async (hosts) => {
      for (const host of hosts)
        await openQueue(hostChecksQueue(host), store, { prefix: keys.queues }).obliterate({ force: true });
      settings.log.info("forgot machines without workers", { hosts });
    },
  };
}

function startChecks(options: QueuesOptions, queue: string, host: string | null): CheckQueue {
  const { settings, keys, store, monotonicMs } = options;
  const scope = host === null ? "fleet" : "host";
  return startCheckQueue({
    ...options,
    prefix: keys.queues,
    redis: settings.redis,
    telemetry: settings.telemetry,
    log: settings.log,
    queue: openQueue<CheckJobData>(queue, store, { prefix: keys.queues }),
    checks: settings.checks.filter((check) => check.scope === scope),
    host,
    store: createRedisCheckStore(store, keys),
    transitions: createTransitionLog(settings.log, monotonicMs),
    readAges: (checks) => readResultAges(store, keys, checks),
  });
}

function startCleanups(options: QueuesOptions, target: WorkerTarget): CleanupRunner {
  const { settings, keys, store } = options;
  return startCleanupRunner({
    ...options,
    ...target,
    signal: options.stopping,
    prefix: keys.queues,
    redis: settings.redis,
    telemetry: settings.telemetry,
    log: settings.log,
    queue: openQueue<CleanupJobData>(cleanupQueue(target.target.name), store, { prefix: keys.queues }),
    hostId: settings.hostId,
    reporter: createCleanupReporter(store, keys),
    cancellations: createCleanupCancellations(store, keys),
    owner: createTargetOwner(store, keys),
    nowMs: () => Date.now(),
  });
}

function startNotices(options: QueuesOptions, notify: NotifySettings): NoticeQueue {
  const { settings, keys, store } = options;
  return startNoticeQueue({
    ...options,
    notify,
    prefix: keys.queues,
    redis: settings.redis,
    log: settings.log,
    version: settings.version,
    queue: openQueue<Notice>(NOTICES_QUEUE, store, { prefix: keys.queues }),
    store: createNoticeStore(store, keys),
  });
}
