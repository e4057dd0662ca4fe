export { createPastSource, type PastSource } from "./create-past-source.js";
export { describeHistory, type HistoryContent, type Past } from "./describe-history.js";
export { describeStatus, type StatusContent } from "./describe-status.js";
export { describeReport, describeRunning, describeTarget } from "./describe-target.js";
export { openStatusStore, type StatusStore, type StatusStoreOptions } from "./open-status-store.js";
