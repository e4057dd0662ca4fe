/** What a target keeps, in ms and counts; `null` is a rule that was not given. */
export interface Policy {
  /** The newest this many owned sessions are kept. */
  readonly last: number | null;
  /** Sessions whose stamp is no older than this are kept. */
  readonly withinMs: number | null;
  /** Nothing younger than this is deleted, whatever the other rules say. */
  readonly minAgeMs: number;
}
