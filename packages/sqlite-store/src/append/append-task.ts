import type { JournalEvent } from "@caretaker/retention";

/** What the thread is started with. */
export interface AppendThreadData {
  /** The database's file. */
  readonly path: string;
  /** A number that becomes 1 once the thread has closed its connection. */
  readonly closed: Int32Array;
}

/** What the thread is asked for, in order: to write events, or to close and end. */
export type AppendRequest =
  | { readonly type: "append"; readonly events: readonly JournalEvent[] }
  | { readonly type: "close" };

/** Why events were not written: what the driver or the system threw. */
export interface AppendFailure {
  readonly code: string;
  readonly message: string;
}

/** The answer to an `append`, in the order they were asked for; `null` when the events are on the disk. */
export type AppendAnswer = AppendFailure | null;
