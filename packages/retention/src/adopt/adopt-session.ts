import { randomBytes } from "node:crypto";
import { closeSync, fchownSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from "node:fs";
import { canUseHandles } from "../directory/can-use-handles.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { errnoOf } from "../errno.js";
import { identityOf, isSameDirectory } from "../identity.js";
import type { CleanupJournal } from "../journal.js";
import type { TargetLock } from "../lock.js";
import { type OpenRoot, openRoot } from "../root/open-root.js";
import { validateRoot } from "../root/validate-root.js";
import { checkRunId } from "../run/run-id.js";
import type { Safety } from "../safety.js";
import type { Step } from "../step.js";
import type { RetentionTarget } from "../target.js";
import { UNFINISHED_SUFFIX } from "../trash/trash-name.js";
import { type AdoptionPlan, type AdoptionRefusal, planAdoption } from "./plan-adoption.js";

/** What adopting is given. */
export interface AdoptOptions {
  /** 1 to 64 of `A-Z a-z 0-9 . _ -`: the journal names what was done by it. */
  readonly runId: string;
  /** Why, for the journal. */
  readonly reason: string;
  /** In ms since the epoch. */
  readonly nowMs: number;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  /** Directories a root must not be or contain, for example the data directory. */
  readonly forbiddenRoots?: readonly string[] | undefined;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly onStep?: ((step: Step) => void) | undefined;
}

/** A session that was adopted: from now on the policy decides about it. */
export type Adoption = Omit<AdoptionPlan, "status"> & { readonly status: "adopted" };

/**
 * Writes the marker that {@link planAdoption} says, into that directory and over nothing; `busy` while a run has the
 * root. The journal knows of it before the disk does, so that no marker of ours is there without a record; after a crash
 * the marker is there whole or not at all, and adopting can be asked for again.
 *
 * @throws {@link InvalidRunIdError}, {@link RootRefusedError}, {@link TrashRefusedError}, what the journal throws, and
 * the system's error.
 */
export async function adoptSession(
  target: RetentionTarget,
  id: string,
  options: AdoptOptions,
): Promise<Adoption | AdoptionRefusal> {
  const { runId, lock, forbiddenRoots = [], safety = canUseHandles() ? "handles" : "path" } = options;
  checkRunId(runId);
  await validateRoot(target, { forbiddenRoots, safety });
  const release = await lock.acquire(target);
  if (release === null) return { status: "refused", id, code: "busy", why: "a run is at work in the root" };
  try {
    const plan = await planAdoption(target, id, options);
    return plan.status === "refused" ? plan : await adopt(plan, { target, options, safety });
  } finally {
    await release();
  }
}

interface Adopting {
  readonly target: RetentionTarget;
  readonly options: AdoptOptions;
  readonly safety: Safety;
}

async function adopt(plan: AdoptionPlan, { target, options, safety }: Adopting): Promise<Adoption | AdoptionRefusal> {
  const open = openRoot(target.root, safety);
  try {
    const session = open.root.openDirectory(plan.id);
    try {
      if (!isSameDirectory(identityOf(session.stat()), plan.identity)) return changed(plan.id);
      await journalAdoption(plan.id, { target, options });
      options.onStep?.("adoption_journaled");
      return await write(plan, { session, open, markerName: target.owns.markerName, onStep: options.onStep });
    } finally {
      session.close();
    }
  } finally {
    open.close();
  }
}

function changed(id: string): AdoptionRefusal {
  return { status: "refused", id, code: "changed", why: "it is no longer the directory that was looked at" };
}

async function journalAdoption(id: string, { target, options }: Omit<Adopting, "safety">): Promise<void> {
  const { runId, nowMs, reason, journal } = options;
  await journal.append({ type: "adopted", atMs: nowMs, runId, target: target.name, root: target.root, id, reason });
}

interface Writing extends Pick<AdoptOptions, "onStep"> {
  readonly session: DirectoryHandle;
  readonly open: OpenRoot;
  readonly markerName: string;
}

async function write(plan: AdoptionPlan, writing: Writing): Promise<Adoption | AdoptionRefusal> {
  const { session, open, markerName, onStep } = writing;
  // Begun in the trash: nobody else may write there, and what a crash leaves of it is cleared away there.
  const unfinished = open.trash.child(`adopt-${randomBytes(4).toString("hex")}${UNFINISHED_SUFFIX}`);
  try {
    writeSynced(unfinished, { text: `${JSON.stringify(plan.marker, null, 2)}\n`, session });
    onStep?.("marker_begun");
    // Unlike a rename, a link never takes the place of anything.
    linkSync(unfinished, session.child(markerName));
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return { status: "refused", id: plan.id, code: "changed", why: "a marker has appeared meanwhile" };
  } finally {
    rmSync(unfinished, { force: true });
  }
  await session.sync();
  onStep?.("adopted");
  return { ...plan, status: "adopted" };
}

function writeSynced(
  path: string,
  { text, session }: { readonly text: string; readonly session: DirectoryHandle },
): void {
  const fd = openSync(path, "wx", 0o640);
  try {
    writeFileSync(fd, text);
    giveToOwner(fd, session);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

// Adopted by root, it would be a marker that the worker, running as the recorder's user, cannot read.
function giveToOwner(fd: number, session: DirectoryHandle): void {
  const { uid, gid } = session.stat();
  if (process.geteuid?.() === 0) fchownSync(fd, Number(uid), Number(gid));
}
