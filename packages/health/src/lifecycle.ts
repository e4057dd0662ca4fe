/** Where a process is between its start and its end. */
export type LifecycleState = "starting" | "ready" | "draining";

/** The process's own part of readiness. `draining` latches: nothing can clear it. */
export interface Lifecycle {
  state(): LifecycleState;
  /** The app can serve. Ignored once draining. */
  ready(): void;
  /** The app has been asked to stop. */
  drain(): void;
}

/** A lifecycle that begins in `starting`. */
export function createLifecycle(): Lifecycle {
  let state: LifecycleState = "starting";
  return {
    state: () => state,
    ready: () => {
      if (state === "starting") state = "ready";
    },
    drain: () => {
      state = "draining";
    },
  };
}
