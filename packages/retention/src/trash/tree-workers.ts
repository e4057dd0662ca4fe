import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { runInSlices } from "./run-in-slices.js";
import { runOnThreads } from "./run-on-threads.js";
import type { TreeRun } from "./tree-run.js";
import type { TreeResult, TreeTask } from "./tree-task.js";

/** Deletes and measures trees without holding up this thread. */
export interface TreeWorkers {
  /**
   * The results by the tasks' order, begun in that order too; `null` for a task that was not begun. Runs follow one
   * another: what is asked for before another has ended is begun when its last task is.
   */
  run(tasks: readonly TreeTask[], run: TreeRun): Promise<readonly (TreeResult | null)[]>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** How many threads there may be; 0 does the work in this one, between other work. */
export interface TreeWorkersOptions {
  readonly threads?: number;
}

// They mostly wait for the disk: a second one saves a third of the time, a third one a tenth; measured, a fourth nothing.
const DEFAULT_THREADS = 3;
// Starting one takes 50 ms and 10 MB: a pass that deletes the few that grew too old needs one.
const WORTH_A_THREAD = 24;
// What a deletion leaves behind is gone at once: more room for it would only be held for nothing.
const YOUNG_GENERATION_MB = 2;
// A thread of 8 MB would let 15 more of that gather before it looks what is still of use; three of them do.
const OLD_GENERATION_MB = 16;

/** Starts no thread before there is work; a thread that is idle keeps no process alive. */
export function createTreeWorkers({ threads = DEFAULT_THREADS }: TreeWorkersOptions = {}): TreeWorkers {
  const script = threads === 0 ? null : findScript();
  const workers = new Set<Worker>();
  const stops = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();
  let workId = 0;
  return {
    run: async (tasks, run) => {
      if (tasks.length === 0) return [];
      if (script === null) {
        const results = last.then(() => runInSlices(tasks, run));
        last = results.catch(() => {});
        return results;
      }
      // Whoever watches each file wants them in their order.
      const count = run.onFileDeleted === undefined ? Math.min(threads, Math.ceil(tasks.length / WORTH_A_THREAD)) : 1;
      while (workers.size < count) startWorker(script, workers);
      workId += 1;
      return runOnThreads(tasks, { ...run, workers: [...workers].slice(0, count), workId, stops });
    },
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

/** The compiled thread: beside this file, or, where the sources are run as they are, in what was compiled of them. */
function findScript(): URL | null {
  const places = ["./tree-thread.js", "../../dist/trash/tree-thread.js"].map((path) => new URL(path, import.meta.url));
  return places.find((place) => place.protocol === "file:" && existsSync(place)) ?? null;
}

function startWorker(script: URL, workers: Set<Worker>): void {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB, maxOldGenerationSizeMb: OLD_GENERATION_MB };
  const worker = new Worker(script, { execArgv: [], resourceLimits });
  worker.unref();
  workers.add(worker);
  // Its end is what counts and is waited for; an error that nobody hears would end the process.
  worker.on("error", () => {});
  worker.once("exit", () => workers.delete(worker));
}
