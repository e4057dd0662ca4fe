import type { Duration } from "@caretaker/units";
import type { OwnershipRule } from "./ownership.js";
import type { Policy } from "./policy.js";

/** What a user writes to declare a target; the defaults are those of `defineTarget`. */
export interface TargetOptions {
  /** Lower-case letters, digits and dashes, at most 63: it is shown, stored and used in URLs. */
  readonly name: string;
  /** The absolute path of the directory whose direct children are the sessions. */
  readonly root: string;
  readonly owns: OwnershipRule;
  /** At least one rule; a session is kept if any of them holds. */
  readonly keep: { readonly last?: number; readonly within?: Duration };
  /** Default `1h`. */
  readonly minAge?: Duration;
  /** Default `1h`: how long after its last change an unfinished session still counts as active. */
  readonly activeFor?: Duration;
  /** Default `1h`, unless `cron` is given; at least `1s`. */
  readonly every?: Duration;
  /** Five or six fields, instead of `every`. */
  readonly cron?: string;
  /** The machine whose worker runs this target; default any worker that has the root. */
  readonly onHost?: string;
  /** At most this many sessions are deleted in one run; default no limit. */
  readonly maxPerRun?: number;
  /** A run starts no further session after this many seconds; default no limit. */
  readonly maxSeconds?: number;
}

/** When a target's runs are due. */
export type Schedule = { readonly everyMs: number } | { readonly cron: string };

/** A target ready to be run: its settings, validated, in ms and counts; `null` is a setting that was not given. */
export interface RetentionTarget {
  readonly name: string;
  readonly root: string;
  readonly owns: OwnershipRule;
  readonly policy: Policy;
  readonly activeForMs: number;
  readonly schedule: Schedule;
  readonly onHost: string | null;
  readonly maxPerRun: number | null;
  readonly maxSeconds: number | null;
}
