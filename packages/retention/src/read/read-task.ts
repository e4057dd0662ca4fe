import type { ClassifiedEntry } from "../classified-entry.js";
import { openDirectory } from "../directory/open-directory.js";
import { classifyNamedEntry } from "../scan/classify.js";
import type { EntryCode } from "../scan/count-entries.js";
import { measureTree } from "../trash/measure-tree.js";
import type { Steps } from "../turns.js";
import type { ReadContext } from "./session-reader.js";

/** Sessions to look at, by their names in the root. */
export interface ReadTask {
  readonly kind: "classify" | "code" | "measure";
  readonly names: readonly string[];
}

/** What one of them is, its code, or how large it is; `null` when it has vanished, or cannot be measured. */
export type ReadAnswer = ClassifiedEntry | EntryCode | number | null;

/** What a thread answers: its share in order, and how long it took for it, in ms. */
export interface ReadShare {
  readonly answers: readonly ReadAnswer[];
  readonly ms: number;
}

/**
 * Looks at one session, in steps that pause after each file. Reads, never changes, and never throws for what the file
 * system answers.
 */
export function* readOne(
  name: string,
  { kind, context }: { kind: ReadTask["kind"]; context: ReadContext },
): Steps<ReadAnswer> {
  if (kind === "measure") return yield* measure(name, context);
  const entry = yield* classifyNamedEntry(name, context);
  return kind === "classify" || entry === null ? entry : codeOf(entry);
}

function codeOf(entry: ClassifiedEntry): EntryCode {
  return entry.kind === "unknown" ? { kind: entry.kind, reason: entry.reason } : { kind: entry.kind };
}

function* measure(name: string, { root, safety }: ReadContext): Steps<number | null> {
  try {
    const session = openDirectory(`${root.path}/${name}`, { safety });
    try {
      return yield* measureTree(session);
    } finally {
      session.close();
    }
  } catch {
    // An estimate for the marks, which take no session that cannot be measured.
    return null;
  }
}
