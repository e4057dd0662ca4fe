// Running checks and cleanups

export type { CleanupHistory } from "./cleanup/target-teller.js";
export { type CaretakerConfig, defineConfig } from "./define-config.js";
export { InvalidWorkerError } from "./errors.js";
export type { WorkerLog } from "./log.js";
export type { NoticeFormat } from "./notify/format-notice.js";
export type { NotifyOptions } from "./notify/notify-options.js";
export { type CaretakerWorker, startWorker } from "./start-worker.js";
export type { StopStep } from "./stop-steps.js";
export type { WorkerOptions } from "./worker-options.js";

// Asking for a cleanup

export {
  type AskedRun,
  type CancelResult,
  type CleanupClient,
  type CleanupRequest,
  createCleanupClient,
  InvalidRequestError,
  type Reason,
  type RequestedRun,
  type RestoreAnswer,
  type RunKind,
  type RunState,
} from "./cleanup/request-cleanup.js";
export type { ProducerOptions } from "./queue/producer.js";

// Asking for a run of a check

export { type CheckClient, createCheckClient } from "./checks/request-check-run.js";
