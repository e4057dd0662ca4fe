import type { Outcome } from "./outcome.js";
import type { CheckRecord } from "./snapshot.js";
import type { Progress } from "./state.js";

/** One check for one scope key: `host` is `null` for fleet scope. */
export interface CheckKey {
  readonly check: string;
  readonly host: string | null;
}

/** A begun run: the store handed out its fence, and nobody else holds the lease. */
export interface BegunRun {
  /** Grows with every run of this key, also across data loss; a publication must carry the newest one. */
  readonly fence: string;
  /** The last published record, or `null` if there is none that can be read. */
  readonly previous: CheckRecord | null;
}

/**
 * The answer to {@link CheckStore.begin}: `busy`, another run holds the lease; `hung`, the last run passed its timeout
 * and its function still has not ended, so the caller publishes a timeout with this fence instead of running again.
 */
export type BeginResult =
  | { readonly kind: "busy" }
  | { readonly kind: "hung"; readonly run: BegunRun }
  | { readonly kind: "begun"; readonly run: BegunRun };

/** What a run publishes. */
export interface Publication {
  readonly key: CheckKey;
  readonly fence: string;
  readonly runId: string;
  readonly progress: Progress;
  readonly outcome: Outcome;
  /** The state before, or `null` for the first: a difference is recorded as one transition. */
  readonly previous: CheckRecord | null;
  /** Keep the lease for this long and mark it hung, since the function has not ended; `null` gives it back. */
  readonly hungForMs: number | null;
}

/** The worker's side of the store: leases, fences and publication. */
export interface CheckStore {
  /** Takes the lease of one key for `leaseMs`, and a fence. */
  begin(key: CheckKey, leaseMs: number): Promise<BeginResult>;
  /** Writes a result, unless a newer run has begun since: then `superseded`, and nothing is changed. */
  publish(publication: Publication): Promise<"published" | "superseded">;
  /** Gives the lease back without a result, or (with `hungForMs`) keeps holding it for a run that will not end. */
  release(key: CheckKey, fence: string, hungForMs?: number): Promise<void>;
}
