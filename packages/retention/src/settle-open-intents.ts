import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { failureCodeOf } from "./failure-code.js";
import type { RootIdentity } from "./identity.js";
import type { CleanupJournal, Intent } from "./journal.js";
import { type Failure, MAX_REPORTED_IDS } from "./report.js";
import { readRootIdentity } from "./root-identity.js";
import { checkRunId } from "./run-id.js";
import type { Safety } from "./safety.js";
import { createSessionTally, type SessionTally } from "./session-tally.js";
import type { Step } from "./step.js";
import type { SessionResult } from "./take-session.js";
import type { RetentionTarget } from "./target.js";
import { type ClaimResult, finishClaim } from "./trash/finish-claim.js";
import { openTrash } from "./trash/open-trash.js";
import { putBack } from "./trash/put-back.js";
import { readSidecar, removeSidecar, SIDECAR_SUFFIX, type Sidecar, UNFINISHED_SUFFIX } from "./trash/sidecar.js";
import { LOCK_NAME } from "./trash/trash-name.js";

/** What settling is given; whoever calls it holds the root's lock. */
export interface SettleOptions {
  /** The run that settles. */
  readonly runId: string;
  readonly journal: CleanupJournal;
  /** The clock, in ms since the epoch. */
  readonly nowMs: () => number;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of every session that was settled. */
  readonly onResult?: ((result: SessionResult) => void) | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** What earlier runs had left. */
export interface SettleResult {
  /** What was finished now; what is kept or in the trash for good reasons is not a failure of this run. */
  readonly sessions: SessionTally;
  /** Sessions whose time in the trash was over, deleted now. */
  readonly purgedCount: number;
  /** What still waits in the trash on purpose. */
  readonly inTrash: { readonly count: number; readonly bytes: number };
  /** What cannot be told whose it is, by its name in the trash: left alone. */
  readonly leftovers: readonly Failure[];
}

/**
 * Settles what a crash left: a session still in its place is dropped, one in the trash is finished, one that is
 * neither is done. The trash and its sidecars are enough when the journal is lost.
 *
 * @throws what the journal throws, {@link TrashRefusedError}, {@link RootRefusedError} and {@link InvalidRunIdError}.
 */
export async function settleOpenIntents(target: RetentionTarget, options: SettleOptions): Promise<SettleResult> {
  checkRunId(options.runId);
  const root = readRootIdentity(target.root);
  const trash = openTrash(root.path);
  const names = listTrash(trash);
  const { claims, leftovers } = await findClaims({ names, root, trash }, { target, options });
  const sessions = createSessionTally(MAX_REPORTED_IDS);
  for (const claim of claims) {
    // As in applyPlan: nothing here waits otherwise.
    await setImmediate();
    if (options.signal?.aborted === true) break;
    const result = await settleClaim(claim, { target, options, root, trash });
    // A claim a crash had interrupted before it began is not a failure.
    if (result.result !== "kept") sessions.add(result);
    options.onResult?.(result);
  }
  return { sessions, purgedCount: 0, inTrash: { count: 0, bytes: 0 }, leftovers };
}

/** The names in the trash, without what a crash left of a sidecar's writing: its session was never moved. */
function listTrash(trash: string): string[] {
  const names = readdirSync(trash);
  for (const name of names) if (name.endsWith(UNFINISHED_SUFFIX)) rmSync(join(trash, name), { force: true });
  // The lock's database may have a journal beside it.
  return names.filter((name) => !name.endsWith(UNFINISHED_SUFFIX) && !name.startsWith(LOCK_NAME));
}

type OpenClaim = Pick<Sidecar, "id" | "claimId" | "markerName"> & {
  readonly ino: string;
};

interface Settling {
  readonly target: RetentionTarget;
  readonly options: SettleOptions;
}

interface TrashListing {
  readonly names: readonly string[];
  readonly root: RootIdentity;
  readonly trash: string;
}

async function findClaims({ names, root, trash }: TrashListing, { target, options }: Settling) {
  const intents = await options.journal.openIntents(target);
  const ours = intents.filter((intent) => intent.root.ino === root.ino);
  const sidecars = readSidecars(names, trash);
  const recorded = [...sidecars.values()].map(fromSidecar);
  // In the trash without a sidecar is not something this code leaves: somebody was there, so a person must look.
  const unrecorded = ours
    .filter(({ claimId }) => !sidecars.has(claimId) && !names.includes(claimId))
    .map((intent) => fromIntent(intent, target));
  const known = new Set([...sidecars.keys()].flatMap((claimId) => [claimId, `${claimId}${SIDECAR_SUFFIX}`]));
  const strays = names.filter((name) => !known.has(name)).map((id): Failure => ({ id, code: "no_sidecar" }));
  return { claims: [...recorded, ...unrecorded], leftovers: [...strays, ...elsewhere(intents, root)] };
}

function readSidecars(names: readonly string[], trash: string): ReadonlyMap<string, Sidecar> {
  const claimIds = names
    .filter((name) => name.endsWith(SIDECAR_SUFFIX))
    .map((name) => name.slice(0, -SIDECAR_SUFFIX.length));
  const sidecars = claimIds.map((claimId) => [claimId, readSidecar(trash, claimId)] as const);
  return new Map(sidecars.flatMap(([claimId, sidecar]) => (sidecar === null ? [] : [[claimId, sidecar] as const])));
}

function fromSidecar({ id, claimId, markerName, identity }: Sidecar): OpenClaim {
  return { id, claimId, markerName, ino: identity.ino };
}

function fromIntent({ id, claimId, identity }: Intent, { owns }: RetentionTarget): OpenClaim {
  return { id, claimId, markerName: owns.markerName, ino: identity.ino };
}

// Another directory stands where the root was, for example under an unmounted disk: nothing seen here is evidence.
function elsewhere(intents: readonly Intent[], root: RootIdentity): Failure[] {
  return intents.filter((intent) => intent.root.ino !== root.ino).map(({ id }) => ({ id, code: "root_changed" }));
}

type SettleContext = Settling & { readonly root: RootIdentity; readonly trash: string };

async function settleClaim(claim: OpenClaim, context: SettleContext): Promise<SessionResult> {
  const { target, options, root } = context;
  const { id, claimId } = claim;
  const result = await settle(claim, context);
  const about = { runId: options.runId, target: target.name, root: root.path, id, claimId };
  await options.journal.append({ type: "outcome", atMs: options.nowMs(), ...about, ...result });
  options.onStep?.("outcome");
  return { id, ...result };
}

async function settle(claim: OpenClaim, { root, trash, options }: SettleContext): Promise<ClaimResult> {
  try {
    // Inodes only: a device's number may change with a reboot, and the trash is on the root's device anyway.
    const found = inodeAt(join(trash, claim.claimId));
    if (found === null) return settleAbsent(claim, { root, trash });
    if (found === claim.ino) return finish({ ...claim, trash }, options);
    const isBack = putBack({ root: root.path, trash, claimId: claim.claimId, id: claim.id });
    return { result: isBack ? "kept" : "in_trash", code: isBack ? "changed" : "name_taken", bytesFreed: 0 };
  } catch (error) {
    return { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 };
  }
}

function inodeAt(path: string): string | null {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : String(stats.ino);
}

function settleAbsent(
  { id, claimId, ino }: OpenClaim,
  { root, trash }: { root: RootIdentity; trash: string },
): ClaimResult {
  const isInPlace = inodeAt(join(root.path, id)) === ino;
  removeSidecar(trash, claimId);
  return isInPlace
    ? { result: "kept", code: "interrupted", bytesFreed: 0 }
    : { result: "deleted", code: "found_gone", bytesFreed: 0 };
}

async function finish(
  claim: OpenClaim & { trash: string },
  { onStep = () => {} }: SettleOptions,
): Promise<ClaimResult> {
  const finished = await finishClaim(claim, onStep);
  return finished.result === "deleted" ? { ...finished, code: "recovered" } : finished;
}
