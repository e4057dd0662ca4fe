import { readdirSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { ClassifiedEntry, Scan } from "./classified-entry.js";
import { type ClassifyContext, classifyEntry } from "./classify.js";
import { countEntries, totalOf } from "./count-entries.js";
import { readDiskSpace } from "./disk-space.js";
import { ScanMismatchError } from "./errors.js";
import { readRootIdentity } from "./root-identity.js";
import type { RetentionTarget } from "./target.js";

/** What a scan is given. */
export interface ScanOptions {
  /** The time activity is judged by, in ms since the epoch. */
  readonly nowMs: number;
  readonly signal?: AbortSignal;
}

// Reading one session synchronously costs 20 to 250 µs, so that other work waits 16 ms at most.
const ENTRIES_PER_TURN = 64;

/**
 * Classifies every entry of the target's root; what vanishes meanwhile is not among them.
 *
 * @throws {@link ScanMismatchError} when the codes do not add up to the listing, the signal's reason when aborted, and
 * the system's error when the root cannot be listed.
 */
export async function scan(
  target: Pick<RetentionTarget, "root" | "owns" | "activeForMs">,
  options: ScanOptions,
): Promise<Scan> {
  const root = readRootIdentity(target.root);
  const names = readdirSync(root.path, { encoding: "buffer" });
  const entries = await classifyAll(names, { root, target, nowMs: options.nowMs, signal: options.signal });
  return { root, entries, disk: readDiskSpace(root.path) };
}

type ScanContext = ClassifyContext & { readonly signal: AbortSignal | undefined };

async function classifyAll(names: readonly Buffer[], context: ScanContext): Promise<ClassifiedEntry[]> {
  const entries: ClassifiedEntry[] = [];
  let vanished = 0;
  for (const [index, name] of names.entries()) {
    if (index % ENTRIES_PER_TURN === 0) await setImmediate();
    context.signal?.throwIfAborted();
    const entry = classifyEntry(name, context);
    if (entry === null) vanished += 1;
    else entries.push(entry);
  }
  const classified = totalOf(countEntries(entries));
  if (classified + vanished !== names.length)
    throw new ScanMismatchError({ listed: names.length, classified, vanished });
  return entries;
}
