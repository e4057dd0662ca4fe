/** What a session's name says. */
export interface ParsedName {
  readonly sessionId: string;
  /** The stamp in the name, read as if it were UTC, in ms since the epoch: the order of sessions, never a clock. */
  readonly stampMs: number;
}

/** A session directory as a rule sees it. */
export interface SessionDirectory {
  readonly name: string;
  readonly parsed: ParsedName;
  /**
   * The path to read it through now: it need not end in `name`, for it may lead through an open directory, which only
   * this process can do and only during this call.
   */
  readonly path: string;
}

/** What reading a session's marker showed; `unknown` keeps the session whatever the policy says. */
export type Inspection =
  | { readonly status: "unknown"; readonly reason: string }
  | {
      readonly status: "owned";
      /** Whether the session says it is finished; one that does not counts as active while anything in it changes. */
      readonly ended: boolean;
      /** Whether the marker itself holds the session. */
      readonly held: boolean;
      /** SHA-256 in hex of what proves ownership: a session whose digest changes after the plan is left alone. */
      readonly markerDigest: string;
      /** The marker's text, if the rule has read it: copied to the trash's record, and read again for it otherwise. */
      readonly markerText?: string;
      /** The latest moment the marker speaks of, in ms since the epoch: no younger than this is `minAge` counted. */
      readonly latestMs: number;
    };

/** What is known of a session that is adopted, in ms since the epoch. */
export interface AdoptionFacts {
  /** The last change in its directory, or its start when that is later. */
  readonly endedAtMs: number;
  readonly adoptedAtMs: number;
}

/**
 * How a target recognises its own sessions. Write your own for another format: a value with two functions, of which
 * only `inspect` touches the disk.
 */
export interface OwnershipRule {
  /** Shown in errors. */
  readonly name: string;
  /** The file that proves ownership, one name without a slash: deleted last, copied to the trash's record. */
  readonly markerName: string;
  /** `null` when the name is none of ours. Pure. */
  parseName(name: string): ParsedName | null;
  /** Reads and judges the marker; never changes anything. */
  inspect(session: SessionDirectory): Inspection;
  /**
   * The marker of an ended session that never got one, to be written as JSON; `inspect` must then own it. Without this,
   * and where `inspect` says anything but `marker_missing`, nothing can be adopted. Pure.
   */
  makeMarker?(session: Pick<SessionDirectory, "name" | "parsed">, facts: AdoptionFacts): object;
}
