import type { History, Status } from "@caretaker/status";

/**
 * How the page learns: `live` from the stream, `polling` by asking, `away` when neither gets an answer, `locked` when it
 * may not read, `none` before the first attempt and where there is no script.
 */
export type Connection = "none" | "live" | "polling" | "away" | "locked";

/** What the page knows, and how well. */
export interface Knowledge {
  /** The last answer, however old. */
  readonly status: Status | null;
  readonly history: History | null;
  readonly connection: Connection;
  /** Why there is no answer, in words; `null` while there are. */
  readonly trouble: string | null;
  /** The store's clock now: that of the last answer, carried on by the page's own. In ms. */
  readonly nowMs: number;
}
