import type { ClassifiedEntry } from "../classified-entry.js";
import { canUseHandles } from "../directory/can-use-handles.js";
import { ScanMismatchError } from "../errors.js";
import type { RootIdentity } from "../identity.js";
import { createSessionReader, type SessionReader } from "../read/session-reader.js";
import { readRootIdentity } from "../root/root-identity.js";
import type { RetentionTarget } from "../target.js";
import { createTurns } from "../turns.js";
import { type EntryCode, type EntryCounts, EntryTally } from "./count-entries.js";
import { listContext, listEntries } from "./list-entries.js";
import type { ScanOptions } from "./scan.js";

/** What a count is given. */
export interface CountOptions extends ScanOptions {
  /** Hears of how many entries have been counted. */
  readonly onProgress?: ((counted: number) => void) | undefined;
}

/** A root's entries by their code, each marker read. */
export interface RootCount {
  readonly root: RootIdentity;
  readonly counts: Omit<EntryCounts, "unread">;
}

// As many as keep the threads at work, and the memory that a million sessions take is that of some thousand.
const NAMES_AT_ONCE = 2_048;
const BATCHES_AT_ONCE = 2;

/**
 * Counts every entry of the target's root by its code, reading every marker, in the order of the directory and without
 * keeping anything of them; what vanishes meanwhile is not among them.
 *
 * @throws {@link ScanMismatchError} when the codes do not add up to the listing, the signal's reason when aborted, and
 * the system's error when the root cannot be listed.
 */
export async function countRoot(
  target: Pick<RetentionTarget, "root" | "owns" | "activeForMs">,
  { nowMs, signal, onProgress }: CountOptions,
): Promise<RootCount> {
  const root = readRootIdentity(target.root);
  const safety = canUseHandles() ? "handles" : "path";
  const reader = createSessionReader({ root, target, nowMs, safety });
  const counting = new Counting(reader, onProgress);
  const turns = createTurns();
  try {
    for (const entry of listEntries(listContext({ root, target, nowMs }))) {
      const full = counting.add(entry);
      if (full !== undefined) await full;
      if (!turns.isOver()) continue;
      signal?.throwIfAborted();
      await turns.next();
    }
    const { unread: _none, ...counts } = await counting.end(signal);
    return { root, counts };
  } finally {
    await reader.close();
  }
}

class Counting {
  readonly #tally = new EntryTally();
  readonly #reader: SessionReader;
  readonly #onProgress: CountOptions["onProgress"];
  #names: string[] = [];
  /** What is being read, the oldest first. */
  readonly #reading: Promise<void>[] = [];
  #listed = 0;
  #classified = 0;
  #vanished = 0;

  constructor(reader: SessionReader, onProgress: CountOptions["onProgress"]) {
    this.#reader = reader;
    this.#onProgress = onProgress;
  }

  /** A promise to wait for where enough is being read already. */
  add(entry: ClassifiedEntry | null): Promise<void> | undefined {
    this.#listed += 1;
    if (entry?.kind !== "unread") {
      this.#put(entry);
      return undefined;
    }
    this.#names.push(entry.id);
    if (this.#names.length < NAMES_AT_ONCE) return undefined;
    this.#begin();
    return this.#reading.length < BATCHES_AT_ONCE ? undefined : this.#reading.shift();
  }

  #put(code: EntryCode | null): void {
    if (code === null) this.#vanished += 1;
    else {
      this.#classified += 1;
      this.#tally.add(code);
    }
  }

  #begin(): void {
    const names = this.#names;
    this.#names = [];
    const batch = this.#count(names);
    // Where it fails it is waited for later, or never, once another has failed.
    batch.catch(() => undefined);
    this.#reading.push(batch);
  }

  async #count(names: readonly string[]): Promise<void> {
    for (const code of await this.#reader.codes(names)) this.#put(code);
    this.#onProgress?.(this.#classified);
  }

  async end(signal: AbortSignal | undefined): Promise<EntryCounts> {
    this.#begin();
    for (const batch of this.#reading) {
      signal?.throwIfAborted();
      await batch;
    }
    const [listed, classified, vanished] = [this.#listed, this.#classified, this.#vanished];
    if (classified + vanished !== listed) throw new ScanMismatchError({ listed, classified, vanished });
    return this.#tally.counts();
  }
}
