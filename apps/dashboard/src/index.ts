// Where the page's files are
export { dashboardDir } from "./dashboard-dir.js";
// What the page reads
export type { CheckStatus, CleanupReport, StatusDocument, TargetStatus, WorkerStatus } from "./public/status.js";
