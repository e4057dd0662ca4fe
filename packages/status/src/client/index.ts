export type { StatusClientOptions } from "./ask.js";
export { createStatusClient, type HistoryQuestion, type StatusClient } from "./create-status-client.js";
export { StatusApiError } from "./errors.js";
export type { FollowOptions, StatusUpdate } from "./follow-status.js";
