import type { ClassifiedEntry } from "../classified-entry.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import type { Safety } from "../safety.js";
import type { ClassifyContext } from "../scan/classify.js";
import type { EntryCode } from "../scan/count-entries.js";
import { readHere } from "./read-here.js";
import type { ReadTask } from "./read-task.js";
import { createReadThreads } from "./read-threads.js";

/** Looks at sessions of a root without holding up this thread. */
export interface SessionReader {
  /** What each of these is, `null` for what has vanished; in their order. */
  classify(names: readonly string[]): Promise<readonly (ClassifiedEntry | null)[]>;
  /** Only the code of each of these, `null` for what has vanished; in their order. */
  codes(names: readonly string[]): Promise<readonly (EntryCode | null)[]>;
  /** The bytes that deleting each of these would free, `null` where that cannot be told; in their order. */
  measure(names: readonly string[]): Promise<readonly (number | null)[]>;
  /** Ends the threads; what is still being read is given up. */
  close(): Promise<void>;
}

/** What sessions are looked at with. */
export type ReadContext = ClassifyContext & { readonly safety: Safety };

// Starting a thread takes 50 ms: a root in which little has to be read needs none.
const FEWEST_FOR_THREADS = 256;

/** A reader; the sessions of a rule of the user's own, which no other thread can be given, it reads in this one. */
export function createSessionReader(context: ReadContext): SessionReader {
  const { root, target, nowMs, safety } = context;
  const about = { root, activeForMs: target.activeForMs, nowMs, safety };
  const threads = isShipped(context) ? createReadThreads(about) : null;
  const read = (task: ReadTask) =>
    threads === null || task.names.length < FEWEST_FOR_THREADS ? readHere(task, context) : threads.read(task);
  return {
    classify: async (names) => (await read({ kind: "classify", names })) as (ClassifiedEntry | null)[],
    codes: async (names) => (await read({ kind: "code", names })) as (EntryCode | null)[],
    measure: async (names) => (await read({ kind: "measure", names })) as (number | null)[],
    close: async () => threads?.close(),
  };
}

function isShipped({ target: { owns } }: ReadContext): boolean {
  const { parseName, inspect } = recorderSessions();
  return owns.parseName === parseName && owns.inspect === inspect;
}
