import type { DirectoryHandle } from "../directory/directory-handle.js";
import type { TreeResult } from "./tree-task.js";

/** How tasks are done. */
export interface TreeRun {
  /** Where the trees are; open until the run has ended. */
  readonly parent: DirectoryHandle;
  /** No further task is begun once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Asked after each task: whether to begin no other. */
  readonly isOver?: (() => boolean) | undefined;
  readonly onDone?: ((index: number, result: TreeResult) => void) | undefined;
  /** After each file removed; nothing else is removed until it returns. */
  readonly onFileDeleted?: (() => void) | undefined;
}
