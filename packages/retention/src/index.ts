// Declaring a target

export { defineTarget } from "./define-target.js";
export type { Policy } from "./policy.js";
export type { RetentionTarget, Schedule, TargetOptions } from "./target.js";
export { type ValidateRootOptions, validateRoot } from "./validate-root.js";

// What is ours

export type { DirectoryIdentity, Identity, RootIdentity } from "./identity.js";
export type { Inspection, OwnershipRule, ParsedName, SessionDirectory } from "./ownership.js";
export { type FileReading, readRegularFile } from "./read-regular-file.js";
export { REASONS, type Reason } from "./reasons.js";
export {
  createSession,
  type RecordingSession,
  type SegmentOptions,
  type SessionOptions,
} from "./recorder/create-session.js";
export { recorderSessions } from "./recorder/recorder-sessions.js";

// Deciding

export type { ClassifiedEntry, OwnedEntry, Scan, TrashEntry, UnknownEntry } from "./classified-entry.js";
export type { CleanupPlan, Decision } from "./cleanup-plan.js";
export { countEntries, type EntryCounts } from "./count-entries.js";
export { formatPlan } from "./format-plan.js";
export { planCleanup } from "./plan-cleanup.js";
export type { DeleteRule, KeepRule, Rule } from "./rule.js";
export { type ScanOptions, scan } from "./scan.js";

// Doing

export { type ApplyOptions, type ApplyResult, applyPlan, type Progress } from "./apply-plan.js";
export { type CleanupReport, type Failure, MAX_REPORTED_IDS, type RunOutcome } from "./report.js";
export { runCleanup } from "./run-cleanup.js";
export type { RunOptions } from "./run-options.js";
export { type SettleOptions, type SettleResult, settleOpenIntents } from "./settle-open-intents.js";
export { STEPS, type Step } from "./step.js";
export type { SessionResult } from "./take-session.js";
export type { ClaimCode, ClaimResult } from "./trash/finish-claim.js";
export { openTrash } from "./trash/open-trash.js";
export { LOCK_NAME, TRASH_NAME } from "./trash/trash-name.js";

// What a run needs from outside

export type { CleanupJournal, Intent, JournalEvent, Outcome, RunFinished, RunPlanned, RunStarted } from "./journal.js";
export type { Release, TargetLock } from "./lock.js";
export type { RetentionLog } from "./log.js";

// What can go wrong

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
export { FAILURE_CODES, type FailureCode } from "./failure-code.js";
