// Connections and keys

export type { ClusterNode } from "./cluster-connector.js";
export {
  type ClusterTarget,
  type ConnectionRole,
  connect,
  connectForWorker,
  type OnConnectionError,
  type RedisTarget,
} from "./connect.js";
export { createErrorLimiter, type ReportError } from "./error-limiter.js";
export { createKeys, type Keys } from "./keys.js";
export type { Log } from "./log.js";
export { warnOfOldServer } from "./warn-of-old-server.js";

// What the worker writes

export {
  type BeatInfo,
  MAX_BEAT_JOBS,
  MAX_BEAT_QUEUES,
  type QueueDepth,
  type StoredBeat,
  type WorkerJob,
} from "./beat-codec.js";
export { createRedisCheckStore } from "./check-store.js";
export { type CleanupCancellations, createCleanupCancellations, type RunName } from "./cleanup-cancellations.js";
export { type CleanupReporter, createCleanupReporter, type Publication } from "./cleanup-reporter.js";
export type { RunningCleanup, StoredReport, TargetStatus } from "./cleanup-status.js";
export type { CleanupSums, CleanupTotals, LastCleanup, RunSums, SessionCount } from "./cleanup-totals.js";
export { createRedisHistory, type RedisHistory, type RedisHistoryView } from "./history/redis-history.js";
export { createNoticeStore, type NoticeStore } from "./notice-store.js";
export { readResultAges } from "./read-result-ages.js";
export { createTargetOwner, type TargetOwner } from "./target-owner.js";
export { type BeatReply, createWorkerRegistry, type DefinitionRole, type WorkerRegistry } from "./worker-registry.js";

// What every API instance reads

export { readTarget, type TargetReports, type TargetState } from "./read-targets.js";
export type { SnapshotReaderStats } from "./refresher.js";
export type { StoreSnapshot } from "./snapshot-memory.js";
export {
  type SnapshotReader,
  type SnapshotReaderOptions,
  startSnapshotReader,
} from "./snapshot-reader.js";
export { isTransitionId, type TransitionQuery } from "./transition-reader.js";

// What API instances tell each other

export {
  createInstanceGuard,
  type GuardStatus,
  type InstanceGuard,
  type InstanceGuardOptions,
} from "./instance-guard.js";
