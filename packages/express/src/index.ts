// Answering ahead of the framework

export { type AttachTarget, attach } from "./attach.js";
export type { AppLike } from "./attach-to-app.js";
export { InvalidTargetError } from "./errors.js";

// Answering as a middleware

export { type HealthMiddleware, health } from "./health.js";
export type { HealthOptions } from "./health-options.js";
