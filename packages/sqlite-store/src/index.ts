// The database

export {
  DatabaseCorruptError,
  DatabaseError,
  DatabaseFailedError,
  DatabaseFullError,
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

// What the journal tells

export type { RuleTotal } from "./decisions/rule-totals.js";
export { cleanupHistory, type HistoryQuery, type RunRecord } from "./queries/cleanup-history.js";
export { type CleanupTotals, cleanupTotals, type NewBytes } from "./queries/cleanup-totals.js";
export type { DecisionSpan, RunMoment } from "./queries/find-spans.js";
export { journaledClaims } from "./queries/journaled-claims.js";
export { type SessionEvent, type SessionFact, type SessionQuery, sessionHistory } from "./queries/session-history.js";

// What the checks were

export { createStatusHistory } from "./status-history.js";
