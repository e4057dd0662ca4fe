import type { TargetOwner } from "@caretaker/redis-store";
import type { WorkerLog } from "../log.js";
import type { QueueWorker } from "../queue/queue-worker.js";

/** What holding a target needs. */
export interface HoldTargetOptions {
  readonly target: string;
  readonly hostId: string;
  readonly owner: TargetOwner;
  readonly worker: Pick<QueueWorker, "pause" | "resume">;
  readonly log: WorkerLog;
}

/** Keeps one machine's workers, and no other's, at a target's queue. */
export interface HeldTarget {
  /** Claims the target again; whether it is this machine's. */
  claim(): Promise<boolean>;
  release(): Promise<void>;
}

/** Takes nothing from the queue until the first claim has been answered, nor while another machine has the target. */
export function holdTarget({ target, hostId, owner, worker, log }: HoldTargetOptions): HeldTarget {
  let said: string | null = null;
  worker.pause(FIRST);
  return {
    claim: async () => {
      const holder = await owner.claim(target, hostId);
      const isOurs = holder === hostId;
      if (isOurs) worker.resume(OTHERS);
      else worker.pause(OTHERS);
      worker.resume(FIRST);
      if (!isOurs && said !== holder) log.warn(`another machine runs this target: ${ADVICE}`, { target, host: holder });
      said = holder;
      return isOurs;
    },
    release: () => owner.release(target, hostId),
  };
}

const FIRST = "first claim";
const OTHERS = "another machine";
const ADVICE = "one whose disk is its own needs a name of its own, and onHost";
