/** Gives the lock back; calling it again does nothing. */
export type Release = () => void | Promise<void>;

/** One run at a time per root, across processes; a lock dies with the process that holds it. */
export interface TargetLock {
  /** `null`, at once, while anyone else holds the root. */
  acquire(target: { readonly name: string; readonly root: string }): Release | null | Promise<Release | null>;
}
