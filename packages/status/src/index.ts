// Without zod at run time, so that a browser's bundle can have it

export { applyChange } from "./apply-change.js";
export type {
  AcceptedConfirm,
  AcceptedRestore,
  AcceptedRun,
  CancelledRun,
  CancelRequest,
  CheckExplanations,
  CheckStatus,
  ConfirmRequest,
  Heartbeat,
  History,
  HistoryRange,
  Problem,
  QueueStatus,
  RestoreRequest,
  Run,
  RunReport,
  RunRequest,
  Status,
  StatusChange,
  Strip,
  TargetStatus,
  Transition,
  WorkerStatus,
} from "./types.js";
