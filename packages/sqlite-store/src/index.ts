// The database

export {
  DatabaseCorruptError,
  DatabaseError,
  DatabaseFailedError,
  DatabaseLockedError,
  DatabaseNewerSchemaError,
  DatabaseNotAFileError,
  DatabaseUnwritableError,
} from "./errors.js";
export { type CaretakerDatabase, type DatabaseLog, openDatabase } from "./open-database.js";
export type { SqliteConnection } from "./sqlite.js";

// The cleanup journal and its lock

export { createCleanupJournal } from "./cleanup-journal.js";
export { type PruneOptions, pruneCleanupJournal } from "./prune-cleanup-journal.js";
export { createTargetLock } from "./target-lock.js";
