import { randomUUID } from "node:crypto";
import { createCleanupCancellations } from "@caretaker/redis-store";
import type { Queue } from "bullmq";
import { openProducer, type ProducerOptions } from "../queue/producer.js";
import { CLEANUP_JOB_OPTIONS, type CleanupJobData, cleanupQueue } from "../queues.js";
import { type AskedRun, findRun, type RunKind, type RunState } from "./asked-run.js";
import { type CancelResult, cancelRun } from "./cancel-run.js";
import { requirePlanId, requireSessionName } from "./require-valid.js";

export { InvalidRequestError } from "../errors.js";
export { type AskedRun, type RunKind, type RunState, runKindOf } from "./asked-run.js";
export type { CancelResult } from "./cancel-run.js";
export type { RestoreAnswer } from "./restore-answer.js";

/** Why something is asked, for the log and the journal: at most 200 characters are kept. */
export interface Reason {
  readonly reason?: string;
}

/** What kind of run is asked for, and why. */
export interface CleanupRequest extends Reason {
  /** Default `false`: `true` plans and reports, and deletes nothing. */
  readonly dryRun?: boolean;
}

/** The run a request led to. */
export interface RequestedRun {
  readonly runId: string;
}

/**
 * Asks for cleanup runs, and what else a target can be asked, from any service that reaches the same Redis. The worker
 * that has the target's root on its disk does it, one thing after the other; {@link CleanupClient.findRun} tells how it
 * went. Equal requests are one until it begins, and for a second from the first, however many there are; a dry run never
 * stands for a real one.
 *
 * Each rejects when the queue cannot be reached, within its command timeout (1.5 s); the request may then have been
 * accepted.
 */
export interface CleanupClient {
  requestCleanup(target: string, request?: CleanupRequest): Promise<RequestedRun>;
  /**
   * Lets a plan that guards have refused go ahead, whole and as it was; if it is no longer the plan, nothing is done.
   *
   * @throws {@link InvalidRequestError} when that cannot be a plan's id.
   */
  confirmPlan(target: string, planId: string, why?: Reason): Promise<RequestedRun>;
  /**
   * Brings a session back from the trash, by its name or by its claim's id.
   *
   * @throws {@link InvalidRequestError} when that cannot be a session's name.
   */
  restoreSession(target: string, session: string, why?: Reason): Promise<RequestedRun>;
  /** Stops a run after the session it is at; one that has not begun never does. */
  cancelRun(target: string, runId: string, why?: Reason): Promise<CancelResult>;
  /** What was asked for under this id; `null` for an id that was never given, or long ago. */
  findRun(target: string, runId: string): Promise<AskedRun | null>;
  /** Where a run stands; `unknown` for an id that was never given, or long ago. */
  runState(target: string, runId: string): Promise<RunState>;
  close(): void;
}

/** Opens one bounded connection for asking. */
export function createCleanupClient(options: ProducerOptions): CleanupClient {
  const producer = openProducer<CleanupJobData>(options);
  const cancellations = createCleanupCancellations(producer.connection, producer.keys);
  const queueOf = (target: string) => producer.queue(cleanupQueue(target));
  const find: CleanupClient["findRun"] = async (target, runId) =>
    findRun({ queue: await queueOf(target), cancellations }, { target, runId });
  return {
    requestCleanup: async (target, { dryRun = false, reason = "requested" } = {}) => {
      const kind = dryRun ? "dry-run" : "run";
      return add(await queueOf(target), { kind, data: { dryRun, reason: reason.slice(0, MAX_REASON) } });
    },
    confirmPlan: async (target, planId, { reason = "confirmed" } = {}) => {
      requirePlanId(planId);
      const data = { dryRun: false, reason: reason.slice(0, MAX_REASON), confirmPlanId: planId };
      return add(await queueOf(target), { kind: "confirm", of: planId, data });
    },
    restoreSession: async (target, session, { reason = "requested" } = {}) => {
      requireSessionName(session);
      const data = { restore: session, reason: reason.slice(0, MAX_REASON) };
      return add(await queueOf(target), { kind: "restore", of: session, data });
    },
    cancelRun: async (target, runId, { reason = "requested" } = {}) =>
      cancelRun(
        { queue: await queueOf(target), cancellations },
        { target, runId, reason: reason.slice(0, MAX_REASON) },
      ),
    findRun: find,
    runState: async (target, runId) => (await find(target, runId))?.state ?? "unknown",
    close: producer.close,
  };
}

const MAX_REASON = 200;

interface Asked {
  readonly kind: RunKind;
  /** What it is about, where two of a kind may differ. */
  readonly of?: string;
  readonly data: CleanupJobData;
}

async function add(queue: Queue<CleanupJobData>, { kind, of, data }: Asked): Promise<RequestedRun> {
  // The colon separates the parts of the queue's own keys.
  const deduplication = { id: of === undefined ? kind : `${kind}-${encodeURIComponent(of)}` };
  const job = await queue.add(kind, data, { ...CLEANUP_JOB_OPTIONS, jobId: `${kind}-${randomUUID()}`, deduplication });
  return { runId: job.id ?? kind };
}
