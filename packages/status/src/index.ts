// Without zod at run time, so that a browser's bundle can have it

export { applyChange } from "./apply-change.js";
export type {
  AcceptedRun,
  CheckExplanations,
  CheckStatus,
  Heartbeat,
  History,
  HistoryRange,
  Problem,
  QueueStatus,
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
