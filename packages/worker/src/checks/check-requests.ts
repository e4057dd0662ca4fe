import { isCheckName } from "@caretaker/health";
import type { RedisTarget } from "@caretaker/redis-store";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { openQueue } from "../queue/queue.js";
import { type QueueWorker, startQueueWorker } from "../queue/queue-worker.js";
import {
  CHECK_JOB_OPTIONS,
  CHECK_REQUESTS_QUEUE,
  type CheckJobData,
  type CheckRequestData,
  FLEET_CHECKS_QUEUE,
  hostChecksQueue,
} from "../queues.js";

/** What the consumer of the wishes needs. */
export interface CheckRequestsOptions {
  readonly store: Redis;
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly onError: (error: Error) => void;
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
}

/**
 * Turns each wish into a tick of the check it names, among the ticks of its schedule: lease, thresholds and the pauses of
 * the workers then hold for it as for any other. Any worker does this for any machine.
 */
export function startCheckRequests({ store, prefix, ...options }: CheckRequestsOptions): QueueWorker {
  const ticks = new Map<string, Queue<CheckJobData>>();
  const ticksOf = (name: string) => {
    // Kept, since each queue listens to the shared connection for ever.
    const queue = ticks.get(name) ?? openQueue<CheckJobData>(name, store, { prefix });
    ticks.set(name, queue);
    return queue;
  };
  return startQueueWorker<CheckRequestData>({
    ...options,
    queue: CHECK_REQUESTS_QUEUE,
    prefix,
    concurrency: 1,
    process: async ({ data: { check, host } }: Job<CheckRequestData>) => {
      // Whoever may ask is not trusted with the names of our queues.
      if (!isCheckName(check) || !(host === null || HOST.test(host))) return "unknown";
      const queue = ticksOf(host === null ? FLEET_CHECKS_QUEUE : hostChecksQueue(host));
      const once = { deduplication: { id: `asked-${check}` }, removeOnComplete: true, removeOnFail: true };
      await queue.add(check, { checks: { [check]: 0 } }, { ...CHECK_JOB_OPTIONS, ...once });
      return "asked";
    },
  });
}

// As HOST_ID is: letters, digits, dots, underscores and dashes.
const HOST = /^[\w.-]{1,64}$/;
