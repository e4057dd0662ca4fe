import type { CheckKey } from "@caretaker/health";
import { openProducer, type ProducerOptions } from "../queue/producer.js";
import { CHECK_JOB_OPTIONS, CHECK_REQUESTS_QUEUE, type CheckRequestData } from "../queues.js";

/** Asks for runs of checks outside their schedule. */
export interface CheckClient {
  /**
   * Asks for one run, on one machine for a host-scope check. Requests for the same are one until a worker has heard of
   * it, and one run after that: a run never overlaps itself.
   *
   * @throws when the queue cannot be reached, within its command timeout (1.5 s); the request may then have been accepted.
   */
  requestCheckRun(key: CheckKey): Promise<void>;
  close(): void;
}

/** Opens one bounded connection for asking. */
export function createCheckClient(options: ProducerOptions): CheckClient {
  const producer = openProducer<CheckRequestData>(options);
  return {
    requestCheckRun: async ({ check, host }) => {
      const queue = await producer.queue(CHECK_REQUESTS_QUEUE);
      const deduplication = { id: host === null ? check : `${check}@${host}` };
      await queue.add(check, { check, host }, { ...CHECK_JOB_OPTIONS, deduplication });
    },
    close: producer.close,
  };
}
