export { type Duration, formatDuration, parseDuration } from "./duration.js";
export { InvalidUnitError } from "./errors.js";
export { formatSize, parseSize, type Size } from "./size.js";
