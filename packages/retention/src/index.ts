// Declaring a target

export { defineTarget } from "./options/define-target.js";
export type { Policy } from "./policy.js";
export { type ValidateRootOptions, validateRoot } from "./root/validate-root.js";
export { validateRoots } from "./root/validate-roots.js";
export type { RetentionTarget, Schedule, TargetOptions } from "./target.js";

// What is ours

export type { DirectoryIdentity, Identity, RootIdentity } from "./identity.js";
export type { AdoptionFacts, Inspection, OwnershipRule, ParsedName, SessionDirectory } from "./ownership.js";
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

export type {
  CaretakerEntry,
  ClassifiedEntry,
  DiskSpace,
  OwnedEntry,
  Scan,
  SessionEntry,
  UnknownEntry,
  UnreadEntry,
} from "./classified-entry.js";
export type { Candidate, CleanupPlan, Decision, Kept, Shortfall } from "./cleanup-plan.js";
export { formatPlan } from "./plan/format-plan.js";
export { type PlanFacts, planCleanup } from "./plan/plan-cleanup.js";
export { type PlanRootOptions, planRoot, type RootPlan } from "./plan/plan-root.js";
export type { ReadonlyList } from "./readonly-list.js";
export type { DeleteRule, KeepRule, Rule } from "./rule.js";
export { countEntries, type EntryCounts } from "./scan/count-entries.js";
export { type ScanOptions, scan } from "./scan/scan.js";

// Looking ahead

export { comparePlans, type PlanDifference, type PlannedDeletions } from "./forecast/compare-plans.js";
export {
  type DayOfArrivals,
  forecastGrowth,
  type GrowthFacts,
  type GrowthForecast,
  type ReachedMark,
  type RunFreed,
} from "./forecast/forecast-growth.js";

// Doing

export { type ApplyOptions, type ApplyResult, applyPlan, type Progress } from "./apply-plan.js";
export { readClockEvidence } from "./clock-evidence.js";
export { GUARDS, type Guard, type GuardRefusal } from "./guards/guard.js";
export { isOutOfDate, OUT_OF_DATE_CODES } from "./out-of-date.js";
export { type CleanupReport, type Failure, MAX_REPORTED_IDS, type RunOutcome } from "./report.js";
export { ROOT_MARKER_NAME, type RootMarker, readRootMarker } from "./root/root-marker.js";
export { runCleanup } from "./run/run-cleanup.js";
export type { RunOptions } from "./run/run-options.js";
export type { RunPhase, RunProgress } from "./run/run-progress.js";
export type { Safety } from "./safety.js";
export type { ClaimCode, ClaimResult, SessionResult } from "./session-result.js";
export type { SessionTally } from "./session-tally.js";
export { type SettleOptions, type SettleResult, settleOpenIntents } from "./settle/settle-open-intents.js";
export { STEPS, type Step } from "./step.js";
export { listTrash, type TrashedSession } from "./trash/list-trash.js";
export { openTrash } from "./trash/open-trash.js";
export {
  RESTORE_PIN_MS,
  type RestoreOptions,
  type RestoreRefusal,
  type RestoreResult,
  restoreSession,
} from "./trash/restore-session.js";
export { LOCK_NAME, TRASH_NAME } from "./trash/trash-name.js";

// Holding the journal against the disk

export { AUDIT_CODES, type AuditCode } from "./audit/audit-codes.js";
export type { AuditReport, Disagreement } from "./audit/audit-report.js";
export { type AuditOptions, auditTarget, type JournaledClaim } from "./audit/audit-target.js";

// Adopting what has no marker

export { type Adoption, type AdoptOptions, adoptSession } from "./adopt/adopt-session.js";
export { type AdoptionPlan, type AdoptionRefusal, planAdoption } from "./adopt/plan-adoption.js";

// What a run needs from outside

export type {
  Adopted,
  CleanupJournal,
  ClockEvidence,
  DecisionPage,
  Intent,
  JournalEvent,
  JournaledTarget,
  KnownSize,
  LastRun,
  Outcome,
  Pinned,
  PlanConfirmed,
  RecordedDecision,
  RecordedDecisions,
  RepeatedFailure,
  RunFinished,
  RunPlanned,
  RunStarted,
  TargetFacts,
  UnreportedDeletions,
} from "./journal.js";
export type { Release, TargetLock } from "./lock.js";
export type { RetentionLog } from "./log.js";

// What can go wrong

export {
  GuardedError,
  InvalidRunIdError,
  InvalidSessionError,
  InvalidTargetError,
  PlanRefusedError,
  ReadOnlyError,
  RootRefusedError,
  type RootRule,
  ScanMismatchError,
  StalePlanError,
  TrashRefusedError,
} from "./errors.js";
export { FAILURE_CODES, type FailureCode } from "./failure-code.js";
