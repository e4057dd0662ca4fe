export { checkSchema } from "./check.js";
export { acceptedCheckRunSchema, checkRunRequestSchema } from "./check-run.js";
export { changeSchema, heartbeatSchema } from "./event.js";
export { explainSchema, explanationSchema } from "./explain.js";
export { historySchema, rangeSchema } from "./history.js";
export { problemSchema } from "./problem.js";
export {
  acceptedConfirmSchema,
  acceptedRestoreSchema,
  acceptedRunSchema,
  cancelledRunSchema,
  cancelRequestSchema,
  confirmRequestSchema,
  restoreRequestSchema,
  runRequestSchema,
  runSchema,
} from "./run.js";
export { statusSchema } from "./status.js";
export { reportSchema, runningSchema, targetSchema } from "./target.js";
export { queueSchema, workerSchema } from "./worker.js";
