import type { Knowledge } from "./view.js";
import { isAlive } from "./worker-rows.js";

/** What keeps the page, or the service, from knowing better; one sentence each. */
export function banners({ status, trouble, nowMs }: Knowledge): readonly string[] {
  return [
    ...(trouble === null ? [] : [`No answer from /status: ${trouble}. What is shown below ages by its own time.`]),
    ...(status === null || status.storeReachable
      ? []
      : ["The store cannot be reached: the service answers from its memory, which ages."]),
    ...(status === null || status.workers.some((worker) => isAlive(worker, nowMs))
      ? []
      : ["No worker is alive: no check is being run and no cleanup either."]),
  ];
}
