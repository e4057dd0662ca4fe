/** What a target keeps, in ms, bytes and counts; `null` is a rule that was not given. */
export interface Policy {
  /** The newest this many owned sessions are kept, whatever the marks say. */
  readonly last: number | null;
  /** Sessions whose stamp is no older than this are kept. */
  readonly withinMs: number | null;
  /** The newest owned session of each of the last this many days, ISO weeks or months that have one, in UTC. */
  readonly daily: number | null;
  readonly weekly: number | null;
  readonly monthly: number | null;
  /** All sessions together may take this much; the oldest go first, never below `last`. */
  readonly maxBytes: number | null;
  /** Once less than `warnBytes` is free on the file system, the oldest go until `targetBytes` is, never below `last`. */
  readonly minFree: { readonly warnBytes: number; readonly targetBytes: number } | null;
  /** Nothing younger than this is deleted, whatever the other rules say. */
  readonly minAgeMs: number;
}
