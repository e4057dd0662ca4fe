import type { OwnedEntry } from "../classified-entry.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { type FailureCode, failureCodeOf } from "../failure-code.js";
import { identityOf, isSameDirectory } from "../identity.js";
import type { Inspection } from "../ownership.js";
import type { RetentionTarget } from "../target.js";
import type { Steps } from "../turns.js";
import { changedSince } from "./activity.js";
import { inspectSession } from "./inspect-session.js";

/** What a planned session is looked at with. */
export interface VerifyContext {
  readonly root: DirectoryHandle;
  readonly target: Pick<RetentionTarget, "owns" | "activeForMs">;
  /** The time activity is judged by, in ms since the epoch. */
  readonly nowMs: number;
  /** The names in the root at or below which anything is mounted. */
  readonly mounts: ReadonlySet<string>;
}

/** A planned session, seen again: held open so that no other directory can get its inode, or why it must be left alone. */
export type Verified =
  | { readonly status: "same"; readonly session: DirectoryHandle; readonly markerText: string | null }
  | { readonly status: "refused"; readonly code: FailureCode };

/**
 * Looks at a planned session once more, right before it is claimed: the same directory, still owned, nothing mounted in
 * it. In steps, since whether it is active is asked of each of its files.
 */
export function* verifySession(planned: OwnedEntry, context: VerifyContext): Steps<Verified> {
  try {
    const session = context.root.openDirectory(planned.id);
    const verified = yield* judgeOpened(session, { planned, context });
    if (verified.status === "refused") session.close();
    return verified;
  } catch (error) {
    return { status: "refused", code: failureCodeOf(error) };
  }
}

type Look = { readonly planned: OwnedEntry; readonly context: VerifyContext };

function* judgeOpened(session: DirectoryHandle, look: Look): Steps<Verified> {
  try {
    return yield* judge(session, look);
  } catch (error) {
    session.close();
    throw error;
  }
}

function* judge(session: DirectoryHandle, { planned, context }: Look): Steps<Verified> {
  const { root, target, nowMs, mounts } = context;
  if (!isSameDirectory(identityOf(session.stat()), planned.identity)) return refused("changed");
  const inspection = inspectPlanned(session, { planned, owns: target.owns });
  const difference = differenceOf(inspection, planned);
  if (difference !== null || inspection.status === "unknown") return refused(difference ?? "changed");
  const mayBeActive = !inspection.ended;
  if (mayBeActive && (yield* changedSince(session.path, nowMs - target.activeForMs))) return refused("active");
  if (mounts.has(planned.id) || session.mountId() !== root.mountId()) return refused("mount_inside");
  return { status: "same", session, markerText: inspection.markerText ?? null };
}

function refused(code: FailureCode): Verified {
  return { status: "refused", code };
}

/** What the rule says now of a planned session, wherever it is. */
export function inspectPlanned(
  session: DirectoryHandle,
  { planned, owns }: { readonly planned: OwnedEntry; readonly owns: RetentionTarget["owns"] },
): Inspection {
  const { id: name, sessionId, stampMs } = planned;
  return inspectSession({ name, parsed: { sessionId, stampMs }, path: session.path }, owns);
}

/** Why a session that was looked at again is not the one that was planned; `null` when it is. */
export function differenceOf(inspection: Inspection, planned: Pick<OwnedEntry, "identity">): FailureCode | null {
  if (inspection.status === "unknown") return "changed";
  if (inspection.held) return "held";
  return inspection.markerDigest === planned.identity.markerDigest ? null : "changed";
}
