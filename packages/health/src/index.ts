// Declaring a check

export {
  type CheckContext,
  type CheckDefinition,
  type CheckOptions,
  type CheckSpec,
  COMPONENT_TYPES,
  type ComponentType,
  defineCheck,
  defineChecks,
  isCheckName,
  MAX_CHECKS,
  type OnStale,
  type Scope,
  toSpec,
  validateCheckSet,
} from "./check.js";
export { InvalidCheckError } from "./errors.js";

// What a run tells

export { CODES, type Code, codeOfError, isCode, isDeterministic } from "./codes.js";
export {
  type CheckResult,
  fail,
  failFrom,
  type Measure,
  type Outcome,
  type OutcomeStatus,
  pass,
  publishableMeasures,
  toOutcome,
  warn,
} from "./outcome.js";

// Running a check and publishing its outcome

export type { BeginResult, BegunRun, CheckKey, CheckStore, Publication } from "./check-store.js";
export { durationsBefore } from "./recent-durations.js";
export { outcomesBefore, type RecentOutcome } from "./recent-outcomes.js";
export { decodeRecord, encodeBody, RECORD_VERSION, type RecordBody } from "./record-codec.js";
export { type CheckRun, failed, type RunCheckOptions, runCheck } from "./run-check.js";
export { decodeSpec, encodeSpec } from "./spec-codec.js";
export { decodeTransition, encodeCause, type TransitionEntry } from "./transition.js";
export { countTransition } from "./transition-count.js";

// What outcomes add up to

export { next, type Pending, type Progress, type State, type StoredState, type Thresholds } from "./state.js";

// What a reader makes of it

export {
  type CheckEvaluation,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  WORKER_ALIVE_MS,
} from "./evaluate.js";
export { type Freshness, freshnessOf, lateAfterMs, staleAfterMs } from "./freshness.js";
export { createLifecycle, type Lifecycle, type LifecycleState } from "./lifecycle.js";
export { type SecretState, secretStateOf } from "./secret-state.js";
export {
  type CheckRecord,
  EMPTY_SNAPSHOT,
  type Snapshot,
  type SnapshotSource,
  type UnreadableRecord,
  type WorkerBeat,
} from "./snapshot.js";
export { VERDICTS, type Verdict, worst } from "./verdict.js";

// Why

export { explain, explainTransition } from "./explain.js";
export type { Explanation } from "./explanation.js";

// How soon a change is acted on

export { BALANCER_PROFILES, type BalancerName, type BalancerProfile, removalMs } from "./balancer-profile.js";
export { type BudgetPart, type DetectionBudget, detectionBudget, type Span } from "./detection-budget.js";
export { type BudgetProblem, type LintOptions, lintBudget } from "./lint-budget.js";

// What was

export { type HistoryStore, isCurrent, type StripEntry } from "./history/history-store.js";
export { markStrips } from "./history/mark-strips.js";
export { createMemoryHistoryStore } from "./history/memory-history-store.js";
export { BUCKET_MS, BUCKETS, bucketOf, HISTORY_MS, HISTORY_RANGES, type HistoryRange } from "./history/ranges.js";
export { type SeenSource, type SeenSpan, seenSpans } from "./history/seen-spans.js";
export { bucketsUntil, decodeStrip, encodeStrip, isWithin, mergeStrips, type Strip } from "./history/strip.js";

// Who would leave with us

export {
  decideGuard,
  type FailureCause,
  type FleetCount,
  type Guard,
  type GuardDecision,
  type GuardEvidence,
  type GuardSelf,
  INSTANCE_ALIVE_MS,
  UNGUARDED,
} from "./guard.js";

// Answering a probe

export { type AssessOptions, assessReadiness, type Readiness } from "./http/assess-readiness.js";
export { createProbes, type Probes } from "./http/create-probes.js";
export { describeCode } from "./http/describe-code.js";
export { InvalidProbeOptionsError } from "./http/errors.js";
export type { ProbeOptions } from "./http/probe-options.js";
export type { ProbeRequest } from "./http/probe-request.js";
export type { ProbeResponse } from "./http/probe-response.js";
export type { Detail, ServiceIdentity } from "./http/readiness-body.js";
export { storeCheck } from "./http/store-check.js";
