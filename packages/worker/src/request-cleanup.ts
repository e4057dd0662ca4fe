import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, createKeys, type OnConnectionError, type RedisTarget } from "@caretaker/redis-store";
import type { Queue } from "bullmq";
import { openQueue } from "./queue.js";
import { CLEANUP_JOB_OPTIONS, type CleanupJobData, cleanupQueue } from "./queues.js";

/** What kind of run is asked for, and why. */
export interface CleanupRequest {
  /** Default `false`: `true` plans and reports, and deletes nothing. */
  readonly dryRun?: boolean;
  /** For the log and the journal: at most 200 characters are kept. */
  readonly reason?: string;
}

/** The run a request led to. */
export interface RequestedRun {
  readonly runId: string;
}

/** Where a requested run stands. */
export type RunState = "waiting" | "active" | "completed" | "failed" | "unknown";

/** Asks for cleanup runs, from any service that reaches the same Redis. */
export interface CleanupClient {
  /**
   * Asks for one run. Requests for the same target and kind are one run until that run begins, however many there are.
   *
   * @throws when the queue cannot be reached, within its command timeout (1.5 s); the run may then have been accepted.
   */
  requestCleanup(target: string, request?: CleanupRequest): Promise<RequestedRun>;
  /** Where a run stands; `unknown` for an id that was never given, or long ago. */
  runState(target: string, runId: string): Promise<RunState>;
  close(): void;
}

/** How to reach the queue. */
export interface CleanupClientOptions {
  readonly redis: RedisTarget;
  /** Default `caretaker`. */
  readonly prefix?: string;
  readonly onError?: OnConnectionError;
}

const FIRST_CONNECTION_MS = 1_500;

/** Opens one bounded connection for asking. */
export function createCleanupClient({ redis, prefix = "caretaker", onError }: CleanupClientOptions): CleanupClient {
  const connection = connect(redis, "producer", onError ?? (() => undefined));
  // A caller may ask right after opening; later a connection that is away refuses at once.
  const firstConnection = Promise.race([
    once(connection, "ready"),
    sleep(FIRST_CONNECTION_MS, undefined, { ref: false }),
  ]).catch(() => undefined);
  const queues = new Map<string, Queue<CleanupJobData>>();
  const queueOf = (target: string) => {
    const queue =
      queues.get(target) ?? openQueue<CleanupJobData>(cleanupQueue(target), connection, createKeys(prefix).queues);
    queues.set(target, queue);
    return queue;
  };
  return {
    requestCleanup: async (target, request = {}) => {
      await firstConnection;
      return add(queueOf(target), request);
    },
    runState: async (target, runId) => {
      await firstConnection;
      return toRunState(await queueOf(target).getJobState(runId));
    },
    close: () => connection.disconnect(),
  };
}

async function add(queue: Queue<CleanupJobData>, { dryRun = false, reason = "requested" }: CleanupRequest) {
  const kind = dryRun ? "dry-run" : "run";
  const job = await queue.add(
    kind,
    { dryRun, reason: reason.slice(0, 200) },
    { ...CLEANUP_JOB_OPTIONS, jobId: `${kind}-${randomUUID()}`, deduplication: { id: kind } },
  );
  return { runId: job.id ?? kind };
}

function toRunState(state: string): RunState {
  switch (state) {
    case "active":
    case "completed":
    case "failed":
      return state;
    case "unknown":
      return "unknown";
    default:
      return "waiting";
  }
}
