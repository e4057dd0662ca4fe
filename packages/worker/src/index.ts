// Running checks and cleanups

export { type CaretakerConfig, defineConfig } from "./define-config.js";
export { InvalidWorkerError } from "./errors.js";
export type { WorkerLog } from "./log.js";
export { type CaretakerWorker, startWorker } from "./start-worker.js";
export type { StopStep } from "./stop-steps.js";
export type { WorkerOptions } from "./worker-options.js";

// Asking for a cleanup

export {
  type CleanupClient,
  type CleanupClientOptions,
  type CleanupRequest,
  createCleanupClient,
  type RequestedRun,
  type RunState,
} from "./request-cleanup.js";
