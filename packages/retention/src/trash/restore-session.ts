import { lstatSync } from "node:fs";
import type { CleanupJournal } from "../journal.js";
import type { TargetLock } from "../lock.js";
import { type OpenRoot, openRoot } from "../root/open-root.js";
import { checkRunId } from "../run/run-id.js";
import type { Safety } from "../safety.js";
import { inodeAt } from "../settle/settle-absent.js";
import type { Step } from "../step.js";
import type { RetentionTarget } from "../target.js";
import { type FoundClaim, findClaims } from "./find-claims.js";
import { keepSidecar } from "./keep-sidecar.js";
import { putBack } from "./put-back.js";
import { type ClaimRecord, isWaiting } from "./sidecar.js";

/** What restoring a session is given. */
export interface RestoreOptions {
  /** The session's name, or its claim's id where that name was deleted more than once. */
  readonly session: string;
  /** As a run's: 1 to 64 of `A-Z a-z 0-9 . _ -`. */
  readonly runId: string;
  /** Why, for the journal. */
  readonly reason: string;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** Why a session is not restored; nothing was touched then. */
export type RestoreRefusal = "busy" | "unknown_session" | "ambiguous" | "being_deleted" | "changed" | "name_taken";

/** How restoring ended. */
export type RestoreResult =
  | { readonly status: "restored"; readonly id: string; readonly claimId: string; readonly pinnedUntilMs: number }
  | { readonly status: "refused"; readonly code: RestoreRefusal; readonly why: string };

/** How long the policy leaves a restored session alone: else the next run would take it again. */
export const RESTORE_PIN_MS = 7 * 24 * 3_600_000;

/**
 * Brings a session back from the trash under its name, and pins it for 7 days. What a crash leaves of it, the next run
 * brings to its end.
 *
 * @throws what lock and journal throw, {@link RootRefusedError}, {@link TrashRefusedError}, {@link InvalidRunIdError}
 * and the system's error.
 */
export async function restoreSession(target: RetentionTarget, options: RestoreOptions): Promise<RestoreResult> {
  checkRunId(options.runId);
  const release = await options.lock.acquire(target);
  if (release === null) return refuse("busy", "a run is at work in this root; try again when it has ended");
  try {
    const open = openRoot(target.root, options.safety);
    try {
      const found = await find(open, options.session);
      return "status" in found ? found : await restore(found, { target, options, open });
    } finally {
      open.close();
    }
  } finally {
    await release();
  }
}

type Refused = Extract<RestoreResult, { status: "refused" }>;

function refuse(code: RestoreRefusal, why: string): Refused {
  return { status: "refused", code, why };
}

async function find({ trash }: OpenRoot, session: string): Promise<FoundClaim | Refused> {
  const found: FoundClaim[] = [];
  for await (const claim of findClaims(trash)) {
    if (claim.record.id === session || claim.record.claimId === session) found.push(claim);
  }
  const waiting = found.filter(({ record }) => isWaiting(record));
  const [claim, ...others] = waiting;
  if (claim !== undefined && others.length === 0) return claim;
  if (claim !== undefined) return refuse("ambiguous", `several were called so; name one of ${claimIdsOf(waiting)}`);
  if (found.length > 0) return refuse("being_deleted", "its deletion has begun; it is no longer whole");
  return refuse("unknown_session", `nothing called ${JSON.stringify(session)} waits in the trash`);
}

function claimIdsOf(claims: readonly FoundClaim[]): string {
  return claims.map(({ record }) => record.claimId).join(", ");
}

interface Restoring {
  readonly target: RetentionTarget;
  readonly options: RestoreOptions;
  readonly open: OpenRoot;
}

async function restore(claim: FoundClaim, restoring: Restoring): Promise<RestoreResult> {
  const { open, options } = restoring;
  const { id, claimId, identity } = claim.record;
  if (inodeAt(open.trash, claimId) !== identity.ino) return refuse("changed", "what lies in the trash is not it");
  if (lstatSync(open.root.child(id), { throwIfNoEntry: false }) !== undefined) return nameTaken(id);
  const untilMs = options.nowMs() + RESTORE_PIN_MS;
  await keep(claim, { restoring, record: { ...claim.record, restoring: { ...aboutOf(options), untilMs } } });
  options.onStep?.("restore_marked");
  await pin(id, { restoring, untilMs });
  if (!putBack({ root: open.root, trash: open.trash, claimId, id })) {
    await keep(claim, { restoring, record: claim.record });
    return nameTaken(id);
  }
  options.onStep?.("restored");
  await Promise.all([open.root.sync(), open.trash.sync()]);
  await tell(claim.record, restoring);
  await keep(claim, { restoring, record: null });
  options.onStep?.("sidecar_removed");
  return { status: "restored", id, claimId, pinnedUntilMs: untilMs };
}

function nameTaken(id: string): Refused {
  return refuse("name_taken", `something is called ${JSON.stringify(id)} in the root; move it away first`);
}

function aboutOf({ runId, reason }: RestoreOptions) {
  return { runId, reason };
}

/** Replaces the claim's record, or takes it away. */
async function keep(
  { sidecar, record: old }: FoundClaim,
  { restoring, record }: { restoring: Restoring; record: ClaimRecord | null },
): Promise<void> {
  const claims = sidecar.claims.flatMap((claim) => {
    if (claim.claimId !== old.claimId) return [claim];
    return record === null ? [] : [record];
  });
  await keepSidecar(restoring.open.trash, { ...sidecar, claims });
}

// Before it moves: a run after a crash reads the pins first, and must not take what it finds back in its place.
async function pin(id: string, { restoring, untilMs }: { restoring: Restoring; untilMs: number }): Promise<void> {
  const { target, options, open } = restoring;
  const about = { atMs: options.nowMs(), target: target.name, root: open.identity.path, id };
  await options.journal.append({ type: "pinned", ...about, ...aboutOf(options), untilMs });
  options.onStep?.("pinned");
}

async function tell({ id, claimId }: ClaimRecord, { target, options, open }: Restoring): Promise<void> {
  const about = { atMs: options.nowMs(), runId: options.runId, target: target.name, root: open.identity.path };
  const outcome = { result: "restored", code: "ok", bytesFreed: 0 } as const;
  await options.journal.append({ type: "outcome", ...about, id, claimId, ...outcome });
  options.onStep?.("outcomes");
}
