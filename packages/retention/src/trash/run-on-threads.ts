import type { Worker } from "node:worker_threads";
import type { TreeRun } from "./tree-run.js";
import { type EndedTask, SLOT, type TreeAnswer, type TreeResult, type TreeTask, type TreeWork } from "./tree-task.js";

/** A run and the threads that share its tasks. */
export type ThreadRun = TreeRun & { readonly workers: readonly Worker[] };

/** Does tasks on threads: each takes the next one that nobody has taken. Throws what `onFileDeleted` threw. */
export async function runOnThreads(
  tasks: readonly TreeTask[],
  run: ThreadRun,
): Promise<readonly (TreeResult | null)[]> {
  const state = new Int32Array(new SharedArrayBuffer(Object.keys(SLOT).length * Int32Array.BYTES_PER_ELEMENT));
  const stop = () => void Atomics.store(state, SLOT.stop, 1);
  if (isStopped(run)) stop();
  run.signal?.addEventListener("abort", stop);
  const results: (TreeResult | null)[] = tasks.map(() => null);
  const hearing: Hearing = { run, state, results, stop, thrown: [] };
  const { fd, safety, rawPath } = run.parent;
  const work = { parent: { fd, safety, rawPath }, tasks, state, isWatched: run.onFileDeleted !== undefined };
  const endings = await Promise.all(run.workers.map((worker) => converse(worker, { work, hearing })));
  run.signal?.removeEventListener("abort", stop);
  // A thread that died took what it had begun with it: how far that got nobody knows.
  if (endings.includes("died")) markLost(results, Atomics.load(state, SLOT.next));
  if (hearing.thrown.length > 0) throw hearing.thrown[0];
  return results;
}

// Also by what happened while it waited for the threads.
function isStopped({ signal, isOver }: TreeRun): boolean {
  return signal?.aborted === true || isOver?.() === true;
}

interface Hearing {
  readonly run: TreeRun;
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
      worker.off("message", onMessage).off("exit", onExit).unref();
      resolve(how);
    };
    const onExit = () => end("died");
    const onMessage = (answer: TreeAnswer) => (answer.type === "idle" ? end("finished") : hear(answer, hearing));
    worker.on("message", onMessage).on("exit", onExit).ref();
    worker.postMessage(work);
  });
}

function hear(answer: Exclude<TreeAnswer, { type: "idle" }>, { run, state, results, stop, thrown }: Hearing): void {
  try {
    if (answer.type === "file") run.onFileDeleted?.();
    else for (const ended of answer.ended) noteDone(ended, { run, results });
    if (run.isOver?.() === true) stop();
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
