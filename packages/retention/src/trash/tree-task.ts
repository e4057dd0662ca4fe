import type { DirectoryHandle, OpenedDirectory } from "../directory/directory-handle.js";
import { openedIn } from "../directory/open-directory.js";
import { type FailureCode, failureCodeOf } from "../failure-code.js";
import type { Steps } from "../turns.js";
import { deleteTree } from "./delete-tree.js";
import { measureTree } from "./measure-tree.js";

/** A tree to delete. */
export interface DeleteTask {
  readonly kind: "delete";
  readonly name: string;
  readonly ino: string;
  readonly markerName: string;
  /** Its descriptor, when it is open and on the directory's mount; it stays open. */
  readonly fd?: number | undefined;
}

/** One tree to delete, or to measure, by its name in an open directory. */
export type TreeTask = DeleteTask | { readonly kind: "measure"; readonly name: string };

/** What became of a tree: bytes freed or measured, and why it is still there, `null` when all went well. */
export interface TreeResult {
  readonly bytes: number;
  readonly code: FailureCode | null;
}

/** Tasks on their way to a thread; the threads that get the same `state` share them. */
export interface TreeWork {
  /** Which of the works that wait in a thread this is. */
  readonly workId: number;
  readonly parent: OpenedDirectory;
  readonly tasks: readonly TreeTask[];
  /** By {@link SLOT}. */
  readonly state: Int32Array;
  /** Wait after each file and each task until this is acknowledged. */
  readonly isWatched: boolean;
}

/** The places in a work's shared state: the next task, whether to begin no other, how many answers were acknowledged. */
export const SLOT = { next: 0, stop: 1, acknowledged: 2 } as const;

/** A task that has ended, by its place among the tasks. */
export interface EndedTask {
  readonly index: number;
  readonly result: TreeResult;
}

/** What a thread tells of a work: what has ended since it last told, a file removed, or that it has no more to do of it. */
export type TreeNews =
  | { readonly type: "done"; readonly ended: readonly EndedTask[] }
  | { readonly type: "file" }
  | { readonly type: "idle" };

/** News, and of which work. */
export type TreeAnswer = TreeNews & Pick<TreeWork, "workId">;

/** The index of the next task, which is this caller's alone; `null` when there is none, or none is to be begun. */
export function takeTask({ tasks, state }: Pick<TreeWork, "tasks" | "state">): number | null {
  if (Atomics.load(state, SLOT.stop) !== 0) return null;
  const index = Atomics.add(state, SLOT.next, 1);
  return index < tasks.length ? index : null;
}

/** Does one task, pausing after each entry; never throws for what the file system answers. */
export function* doTask(
  parent: DirectoryHandle,
  { task, onFileDeleted }: { readonly task: TreeTask; readonly onFileDeleted?: (() => void) | undefined },
): Steps<TreeResult> {
  if (task.kind === "measure") return yield* measure(parent, task.name);
  const { name, ino, markerName, fd } = task;
  const top = fd === undefined ? undefined : openedIn(parent, { fd, name });
  const { bytesFreed, error } = yield* deleteTree(parent, name, { ino, markerName, top, onFileDeleted });
  return { bytes: bytesFreed, code: error === null ? null : failureCodeOf(error) };
}

function* measure(parent: DirectoryHandle, name: string): Steps<TreeResult> {
  try {
    const directory = parent.openDirectory(name);
    try {
      return { bytes: yield* measureTree(directory), code: null };
    } finally {
      directory.close();
    }
  } catch (error) {
    return { bytes: 0, code: failureCodeOf(error) };
  }
}
