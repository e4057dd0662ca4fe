import type { NoticeStore, RedisTarget } from "@caretaker/redis-store";
import type { Job, Queue } from "bullmq";
import type { WorkerLog } from "../log.js";
import { type QueueWorker, startQueueWorker } from "../queue/queue-worker.js";
import { NOTICE_ATTEMPTS, NOTICE_JOB_OPTIONS } from "../queues.js";
import { formatNotice } from "./format-notice.js";
import type { Notice } from "./notice.js";
import type { NotifySettings } from "./notify-options.js";
import { postNotice } from "./post-notice.js";
import { SIGNATURE_HEADER, signNotice } from "./sign-notice.js";

/** What handing notices over needs. */
export interface NoticeQueueOptions {
  readonly queue: Queue<Notice>;
  readonly prefix: string;
  readonly redis: RedisTarget;
  readonly notify: NotifySettings;
  readonly store: Pick<NoticeStore, "deliveredMs" | "noteDelivered">;
  readonly log: WorkerLog;
  readonly version: string;
  /** Aborts when the worker stops: the try that is under way ends, and another worker tries again. */
  readonly signal: AbortSignal;
  readonly onError: (error: Error) => void;
  readonly isTaken: () => Promise<boolean>;
  /** Hears that a connection was made; anew, replies may have been lost. */
  readonly onConnect: (connection: { readonly isAnew: boolean }) => void;
}

/** The notices that wait, and who hands them over. */
export interface NoticeQueue {
  readonly worker: QueueWorker;
  /** Adds them; one that is there already is not added again. */
  add(notices: readonly Notice[]): Promise<void>;
}

// Below the life of a job's lock.
const TIMEOUT_MS = 5_000;

/** Starts handing over. Its own queue and connection, so that no receiver ever delays a check. */
export function startNoticeQueue(options: NoticeQueueOptions): NoticeQueue {
  const { queue, notify } = options;
  const worker = startQueueWorker<Notice>({
    ...options,
    queue: queue.name,
    concurrency: 2,
    maxStartedAttempts: NOTICE_ATTEMPTS + 2,
    process: (job) => deliver(options, job),
  });
  const backoff = { type: "exponential", delay: notify.retryAfterMs };
  return {
    worker,
    add: async (notices) => {
      await Promise.all(
        notices.map((notice) =>
          queue.add(notice.kind, notice, { ...NOTICE_JOB_OPTIONS, backoff, jobId: `notice-${notice.id}` }),
        ),
      );
    },
  };
}

async function deliver(options: NoticeQueueOptions, job: Job<Notice>): Promise<"delivered" | "outdated"> {
  const { notify, store, log, signal } = options;
  const notice = job.data;
  const series = notice.host === null ? notice.check : `${notice.check}@${notice.host}`;
  // A notice that was tried again and again must not be the last word after a newer one.
  if ((await store.deliveredMs(series)) > notice.sinceMs) return "outdated";
  const body = formatNotice(notice, notify.format);
  try {
    await postNotice({
      url: notify.url,
      headers: headersOf(options, notice, body),
      body,
      timeoutMs: TIMEOUT_MS,
      signal,
    });
  } catch (error) {
    tellFailure(log, job, error);
    throw error;
  }
  await store.noteDelivered(series, notice.sinceMs);
  return "delivered";
}

function headersOf({ notify, version }: NoticeQueueOptions, { id }: Notice, body: string): Record<string, string> {
  const signature = notify.secret === null ? {} : { [SIGNATURE_HEADER]: signNotice(body, notify.secret, Date.now()) };
  return {
    "content-type": "application/json",
    "user-agent": `caretaker/${version}`,
    // The same on every try: a receiver that has it already has this notice.
    "caretaker-notice": id,
    ...signature,
  };
}

/** The first failure and the last are told; those between say nothing new. */
function tellFailure(log: WorkerLog, { data, attemptsMade }: Job<Notice>, error: unknown): void {
  const fields = { notice: data.id, check: data.check, kind: data.kind, error };
  if (attemptsMade === 0) log.warn("notice not delivered, it is tried again", fields);
  if (attemptsMade + 1 >= NOTICE_ATTEMPTS) log.error("notice given up", { ...fields, attempts: NOTICE_ATTEMPTS });
}
