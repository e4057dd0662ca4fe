export type { ClassifiedEntry, OwnedEntry, Scan, TrashEntry, UnknownEntry } from "./classified-entry.js";
export type { DeleteRule, KeepRule, Rule } from "./decision.js";
export {
  InvalidRunIdError,
  InvalidSessionError,
  InvalidTargetError,
  PlanRefusedError,
  RootRefusedError,
  type RootRule,
  ScanMismatchError,
  TrashRefusedError,
} from "./errors.js";
export type { DirectoryIdentity, Identity, RootIdentity } from "./identity.js";
export type { CleanupJournal, Intent, JournalEvent, Outcome, RunFinished, RunPlanned, RunStarted } from "./journal.js";
export type { Release, TargetLock } from "./lock.js";
export type { RetentionLog } from "./log.js";
export type { Inspection, OwnershipRule, ParsedName, SessionDirectory } from "./ownership.js";
export { type CleanupPlan, type Decision, planCleanup } from "./plan.js";
export type { Policy } from "./policy.js";
export { REASONS, type Reason } from "./reasons.js";
export { type CleanupReport, type Failure, MAX_REPORTED_IDS, type RunOutcome } from "./report.js";
export { type Progress, type RunOptions, runCleanup, type Step } from "./run-cleanup.js";
export { defineTarget, type RetentionTarget, type Schedule, type TargetOptions } from "./target.js";
