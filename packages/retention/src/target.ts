import type { Duration, Size } from "@caretaker/units";
import type { OwnershipRule } from "./ownership.js";
import type { Policy } from "./policy.js";

/** What a user writes to declare a target; the defaults are those of `defineTarget`. */
export interface TargetOptions {
  /** Lower-case letters, digits and dashes, at most 63: it is shown, stored and used in URLs. */
  readonly name: string;
  /** The absolute path of the directory whose direct children are the sessions. */
  readonly root: string;
  readonly owns: OwnershipRule;
  /** A session is kept if any of these holds; `maxBytes` then takes the oldest. At least one rule, or `minFree`. */
  readonly keep?: {
    readonly last?: number;
    readonly within?: Duration;
    readonly daily?: number;
    readonly weekly?: number;
    readonly monthly?: number;
    readonly maxBytes?: Size;
  };
  /** Once less than `warn` is free on the file system, the oldest go until `target` is, which is no less. */
  readonly minFree?: { readonly warn: Size; readonly target: Size };
  /** Default `1h`. */
  readonly minAge?: Duration;
  /** Default `1h`: how long after its last change an unfinished session still counts as active. */
  readonly activeFor?: Duration;
  /** How long a session waits in the trash, where it can be restored; default not at all. */
  readonly trash?: { readonly keepFor: Duration };
  /** `report`: the first run only reports; default `delete`. */
  readonly firstRun?: "report" | "delete";
  /** The largest share of the owned sessions that one run may delete unconfirmed, above 10 of them; default 0.5, at most 1. */
  readonly maxDeleteRatio?: number;
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
  /** How long a session waits in the trash; `null`: not at all. */
  readonly keepTrashMs: number | null;
  readonly firstRun: "report" | "delete";
  readonly maxDeleteRatio: number;
  readonly schedule: Schedule;
  readonly onHost: string | null;
  readonly maxPerRun: number | null;
  readonly maxSeconds: number | null;
}
