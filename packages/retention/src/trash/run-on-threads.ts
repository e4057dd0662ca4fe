import type { Worker } from "node:worker_threads";
import type { TreeRun } from "./tree-run.js";
import {
  type EndedTask,
  SLOT,
  type TreeAnswer,
  type TreeNews,
  type TreeResult,
  type TreeTask,
  type TreeWork,
} from "./tree-task.js";

/** A run and the threads that share its tasks. */
export interface ThreadRun extends TreeRun {
  readonly workers: readonly Worker[];
  /** Unlike that of any other run in these threads. */
  readonly workId: number;
  /** What stops each run in these threads that is to begin nothing more: asked whenever a thread has told something. */
  readonly stops: Set<() => void>;
}

/**
 * Does tasks on threads: each takes the next one that nobody has taken, once the runs that it was given before have no
 * more for it. Throws what `onFileDeleted` threw.
 */
export async function runOnThreads(
  tasks: readonly TreeTask[],
  run: ThreadRun,
): Promise<readonly (TreeResult | null)[]> {
  const state = new Int32Array(new SharedArrayBuffer(Object.keys(SLOT).length * Int32Array.BYTES_PER_ELEMENT));
  const stop = () => void Atomics.store(state, SLOT.stop, 1);
  const stopIfOver = () => isStopped(run) && stop();
  stopIfOver();
  run.stops.add(stopIfOver);
  run.signal?.addEventListener("abort", stop);
  const results: (TreeResult | null)[] = tasks.map(() => null);
  const hearing: Hearing = { run, state, results, stop, thrown: [] };
  const { fd, safety, rawPath } = run.parent;
  const { workId } = run;
  const isWatched = run.onFileDeleted !== undefined;
  const work: TreeWork = { workId, parent: { fd, safety, rawPath }, tasks, state, isWatched };
  const endings = await Promise.all(run.workers.map((worker) => converse(worker, { work, hearing })));
  run.signal?.removeEventListener("abort", stop);
  run.stops.delete(stopIfOver);
  // A thread that died took what it had begun with it: how far that got nobody knows.
  if (endings.includes("died")) markLost(results, Atomics.load(state, SLOT.next));
  if (hearing.thrown.length > 0) throw hearing.thrown[0];
  return results;
}

function isStopped({ signal, isOver }: TreeRun): boolean {
  return signal?.aborted === true || isOver?.() === true;
}

interface Hearing {
  readonly run: ThreadRun;
  readonly state: Int32Array;
  readonly results: (TreeResult | null)[];
  readonly stop: () => void;
  readonly thrown: unknown[];
}

function converse(
  worker: Worker,
  { work, hearing }: { work: TreeWork; hearing: Hearing },
): Promise<"finished" | "died"> {
  return new Promise((resolve) => {
    const end = (how: "finished" | "died") => {
      worker.off("message", onMessage).off("exit", onExit);
      if (worker.listenerCount("message") === 0) worker.unref();
      resolve(how);
    };
    const onExit = () => end("died");
    const onMessage = (answer: TreeAnswer) => {
      if (answer.workId !== work.workId) return;
      if (answer.type === "idle") end("finished");
      else hear(answer, hearing);
    };
    worker.on("message", onMessage).on("exit", onExit).ref();
    worker.postMessage(work);
  });
}

function hear(news: Exclude<TreeNews, { type: "idle" }>, { run, state, results, stop, thrown }: Hearing): void {
  try {
    if (news.type === "file") run.onFileDeleted?.();
    else for (const ended of news.ended) noteDone(ended, { run, results });
    for (const stopIfOver of run.stops) stopIfOver();
  } catch (error) {
    // Thrown here it would end the process; the thread must not wait for ever either.
    thrown.push(error);
    stop();
  } finally {
    acknowledge(state);
  }
}

function noteDone({ index, result }: EndedTask, { run, results }: Pick<Hearing, "run" | "results">): void {
  results[index] = result;
  run.onDone?.(index, result);
}

function acknowledge(state: Int32Array): void {
  Atomics.add(state, SLOT.acknowledged, 1);
  Atomics.notify(state, SLOT.acknowledged);
}

function markLost(results: (TreeResult | null)[], begun: number): void {
  for (const [index, result] of results.entries()) {
    if (result === null && index < begun) results[index] = { bytes: 0, code: "io" };
  }
}
