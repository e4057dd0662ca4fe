import { inTurns } from "../turns.js";
import type { TreeRun } from "./tree-run.js";
import { doTask, type TreeResult, type TreeTask } from "./tree-task.js";

/** Does tasks in this thread, a few milliseconds at a time: for where no thread's script can be found. */
export async function runInSlices(
  tasks: readonly TreeTask[],
  { parent, signal, isOver, onDone, onFileDeleted }: TreeRun,
): Promise<readonly (TreeResult | null)[]> {
  const results: (TreeResult | null)[] = tasks.map(() => null);
  let isStopped = isOver?.() === true;
  for (const [index, task] of tasks.entries()) {
    if (isStopped || signal?.aborted === true) break;
    const result = await inTurns(doTask(parent, { task, onFileDeleted }));
    results[index] = result;
    onDone?.(index, result);
    isStopped = isOver?.() === true;
  }
  return results;
}
