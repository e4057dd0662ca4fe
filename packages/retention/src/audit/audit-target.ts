import { canUseHandles } from "../directory/can-use-handles.js";
import type { DirectoryHandle } from "../directory/directory-handle.js";
import { openDirectory } from "../directory/open-directory.js";
import type { Intent, LastRun, Outcome } from "../journal.js";
import type { TargetLock } from "../lock.js";
import { readRootMarker } from "../root/root-marker.js";
import type { Safety } from "../safety.js";
import { countRoot } from "../scan/count-root.js";
import { inodeAt } from "../settle/settle-absent.js";
import type { RetentionTarget } from "../target.js";
import { findTrash } from "../trash/find-trash.js";
import { readSidecar } from "../trash/keep-sidecar.js";
import { claimsOf, forgetClaim, hasClaim, listBatches, type TrashListing } from "../trash/list-batches.js";
import { batchOf } from "../trash/trash-name.js";
import { createTurns } from "../turns.js";
import type { AuditCode } from "./audit-codes.js";
import { type AuditReport, type Disagreement, MAX_DISAGREEMENTS } from "./audit-report.js";

/** A claim as the journal knows it. */
export interface JournaledClaim extends Pick<Intent, "id" | "claimId" | "identity" | "root"> {
  /** How it ended last; `null`: not yet. */
  readonly result: Outcome["result"] | null;
}

/** What an audit is given. */
export interface AuditOptions {
  /** Every claim of this target and root path in the journal, asked for once the lock is held. */
  readonly claims: () => Iterable<JournaledClaim>;
  readonly lastRun: LastRun | null;
  readonly lock: TargetLock;
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** Default `handles` where the system has them. */
  readonly safety?: Safety | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears of what it is at, and how many it has looked at. */
  readonly onProgress?: ((phase: "markers" | "claims", done: number) => void) | undefined;
}

/**
 * Reads every marker of a root, and holds the journal against the root and its trash; changes neither. `busy` while a
 * run has the root, which would make anything look wrong.
 *
 * @throws {@link RootRefusedError}, {@link TrashRefusedError}, the signal's reason, and the system's error.
 */
export async function auditTarget(target: RetentionTarget, options: AuditOptions): Promise<AuditReport | "busy"> {
  const { safety = canUseHandles() ? "handles" : "path", nowMs, signal, onProgress } = options;
  onProgress?.("markers", 0);
  const count = await countRoot(target, {
    nowMs,
    ...(signal && { signal }),
    onProgress: (counted) => onProgress?.("markers", counted),
  });
  const { root } = count;
  const { caretaker: _ours, ...counts } = count.counts;
  const audit = new Audit(root.ino, options);
  audit.compareRoot(target.root);
  const busy = await underLock(target, { safety, options }, (open) => audit.compareClaims(open));
  if (busy === "busy") return busy;
  return { target: target.name, root: target.root, counts, ...audit.result() };
}

interface Opened {
  readonly root: DirectoryHandle;
  /** `null` where nothing was ever claimed. */
  readonly trash: DirectoryHandle | null;
}

/** Where there is no trash there is nothing to be locked, and taking the lock would make one. */
async function underLock(
  target: RetentionTarget,
  { safety, options }: { readonly safety: Safety; readonly options: AuditOptions },
  work: (open: Opened) => Promise<void>,
): Promise<"busy" | "done"> {
  const trash = findTrash(target.root, safety);
  try {
    const release = trash === null ? () => undefined : await options.lock.acquire(target);
    if (release === null) return "busy";
    try {
      await withRoot(target.root, safety, (root) => work({ root, trash }));
      return "done";
    } finally {
      await release();
    }
  } finally {
    trash?.close();
  }
}

async function withRoot(path: string, safety: Safety, work: (root: DirectoryHandle) => Promise<void>): Promise<void> {
  const root = openDirectory(path, { safety });
  try {
    await work(root);
  } finally {
    root.close();
  }
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

class Audit {
  readonly #rootIno: string;
  readonly #options: AuditOptions;
  readonly #disagreements: Disagreement[] = [];
  readonly #claims: Mutable<AuditReport["claims"]> = { deleted: 0, kept: 0, trashed: 0, restored: 0, open: 0 };
  #count = 0;
  #inTrash = 0;

  constructor(rootIno: string, options: AuditOptions) {
    this.#rootIno = rootIno;
    this.#options = options;
  }

  compareRoot(path: string): void {
    const rootId = this.#options.lastRun?.rootId ?? null;
    const marker = readRootMarker(path);
    const isSame = rootId === null || (marker.status === "ours" && marker.rootId === rootId);
    if (!isSame) this.#note("root_changed", { id: path, claimId: null });
  }

  async compareClaims({ root, trash }: Opened): Promise<void> {
    const listing = trash === null ? NO_TRASH : await listBatches(trash);
    for (const batch of listing.batches.values()) this.#inTrash += claimsOf(batch).length;
    const turns = createTurns();
    let done = 0;
    for (const claim of this.#options.claims()) {
      this.#options.signal?.throwIfAborted();
      this.#compare(claim, { root, trash, listing });
      if (++done % CLAIMS_PER_LOOK === 0) this.#options.onProgress?.("claims", done);
      await turns.next();
    }
    await this.#compareRest(listing, trash);
  }

  #compare(claim: JournaledClaim, { root, trash, listing }: Opened & { readonly listing: TrashListing }): void {
    const { id, claimId, identity, result } = claim;
    this.#claims[result === null || result === "in_trash" ? "open" : result] += 1;
    const batch = listing.batches.get(batchOf(claimId) ?? "");
    const isInTrash = trash !== null && hasClaim(batch, claimId);
    if (isInTrash) forgetClaim(batch, claimId);
    // What was claimed in another directory says nothing about this one, unless it is still to be found.
    if (claim.root.ino !== this.#rootIno) {
      if (result === null || result === "in_trash" || result === "trashed") this.#note("root_changed", claim);
      return;
    }
    const isInPlace = inodeAt(root, id) === identity.ino;
    const code = disagreementOf(result, { isInTrash, isInPlace });
    if (code !== null) this.#note(code, claim);
    else if (isInTrash && inodeAt(trash, claimId) !== identity.ino) this.#note("changed_in_trash", claim);
  }

  /** What is left in the trash once the journal's claims are taken out of it. */
  async #compareRest({ batches, strays, unfinished }: TrashListing, trash: DirectoryHandle | null): Promise<void> {
    const turns = createTurns();
    for (const batch of batches.values()) {
      const left = claimsOf(batch);
      const sidecar = trash !== null && left.length > 0 && batch.hasSidecar ? readSidecar(trash, batch.batchId) : null;
      const names = new Map(sidecar?.claims.map(({ claimId, id }) => [claimId, id]));
      for (const claimId of left) {
        const id = names.get(claimId);
        this.#note(id === undefined ? "no_sidecar" : "not_journaled", { id: id ?? claimId, claimId });
      }
      await turns.next();
    }
    for (const name of strays) this.#note("no_sidecar", { id: name, claimId: null });
    for (const name of unfinished) this.#note("unfinished", { id: name, claimId: null });
  }

  #note(code: AuditCode, { id, claimId }: Pick<Disagreement, "id" | "claimId">): void {
    this.#count += 1;
    if (this.#count <= MAX_DISAGREEMENTS) this.#disagreements.push({ code, id, claimId });
  }

  result(): Pick<AuditReport, "claims" | "inTrash" | "disagreements" | "disagreementCount"> {
    const [claims, disagreements] = [this.#claims, this.#disagreements];
    return { claims, inTrash: this.#inTrash, disagreements, disagreementCount: this.#count };
  }
}

const NO_TRASH: TrashListing = { batches: new Map(), strays: [], unfinished: [] };
const CLAIMS_PER_LOOK = 1_024;

interface Found {
  readonly isInTrash: boolean;
  readonly isInPlace: boolean;
}

function disagreementOf(result: JournaledClaim["result"], { isInTrash, isInPlace }: Found): AuditCode | null {
  switch (result) {
    case "deleted":
      if (isInTrash) return "deleted_in_trash";
      return isInPlace ? "deleted_in_place" : null;
    case "trashed":
      if (isInTrash) return null;
      return isInPlace ? "trashed_in_place" : "trashed_gone";
    case "kept":
    case "restored":
      return isInTrash ? "kept_in_trash" : null;
    case "in_trash":
    case null:
      return "open";
  }
}
