import { type CleanupJournal, type RetentionTarget, type TargetLock, validateRoot } from "@caretaker/retention";
import type { CaretakerDatabase } from "@caretaker/sqlite-store";
import { chooseTarget } from "./choose-target.js";
import type { CliContext } from "./context.js";
import { TargetElsewhereError } from "./errors.js";
import { type OpenConfig, openConfig } from "./open-config.js";

/** One target with what its runs need, as the worker app would have it. */
export interface OpenRetention {
  readonly target: RetentionTarget;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  /** What the journal is in, and answers questions. */
  readonly database: CaretakerDatabase;
  /** Directories no root may be or contain. */
  readonly forbiddenRoots: readonly string[];
}

/** Which target, and whether the work is on its disk or only in the journal. */
export interface RetentionQuestion {
  readonly name: string;
  readonly needsRoot: boolean;
}

/**
 * Opens a target for some work and closes its database after it. The root is looked at first, so that nothing is made
 * where nothing can be done.
 *
 * @throws UnknownNameError; TargetElsewhereError or RootRefusedError if the work needs the root and it is not here, or is
 * none to work in; a DatabaseError if the journal cannot be opened and written.
 */
export async function useRetention<T>(
  context: Pick<CliContext, "env" | "cwd">,
  question: RetentionQuestion,
  work: (open: OpenRetention) => Promise<T>,
): Promise<T> {
  const found = await openConfig(context);
  const target = chooseTarget(found.config.retention ?? [], question.name);
  const { dataDir, dbPath } = found.directories;
  const forbiddenRoots = [dataDir];
  if (question.needsRoot) await checkRoot(target, forbiddenRoots, found);
  const { createCleanupJournal, createTargetLock, database } = await openStore(dbPath);
  try {
    return await work({
      target,
      journal: createCleanupJournal(database),
      lock: createTargetLock(),
      database,
      forbiddenRoots,
    });
  } finally {
    database.close();
  }
}

async function checkRoot(target: RetentionTarget, forbiddenRoots: readonly string[], { settings }: OpenConfig) {
  const { name, onHost } = target;
  if (onHost !== null && onHost !== settings.hostId) throw new TargetElsewhereError(name, onHost, settings.hostId);
  await validateRoot(target, { forbiddenRoots });
}

/** Loaded here alone: the native module is of no use to the other commands, and may be missing where they run. */
async function openStore(dbPath: string) {
  const store = await import("@caretaker/sqlite-store");
  // A failure names the path itself.
  return { ...store, database: store.openDatabase(dbPath, { log: { info: () => undefined } }) };
}
