export { describeStatus, type StatusContent } from "./describe-status.js";
export { describeReport, describeTarget } from "./describe-target.js";
