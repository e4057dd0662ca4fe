import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Probes } from "@caretaker/health";
import { createProbes } from "@caretaker/health";
import { type AppLike, attachToApp } from "./attach-to-app.js";
import { attachToServer } from "./attach-to-server.js";
import { InvalidTargetError } from "./errors.js";
import type { HealthOptions } from "./health-options.js";

/** What probes can be attached to: an Express app, or a `node:http` (or https) server. */
export type AttachTarget = AppLike | EventEmitter;

/**
 * Answers probes on an Express app (4 or 5) or a server, before the framework touches the request.
 *
 * @throws {@link InvalidTargetError} if the target is neither.
 */
export function attach(target: AttachTarget, options: HealthOptions): void {
  attachProbes(target, createProbes(options));
}

/** {@link attach} with probes that exist already. */
export function attachProbes(target: AttachTarget, probes: Probes<IncomingMessage>): void {
  // An app emits events too, so what tells the two apart is `handle`.
  if (isApp(target)) attachToApp(target, probes);
  else if (target instanceof EventEmitter) attachToServer(target, probes);
  else throw new InvalidTargetError(target);
}

function isApp(target: unknown): target is AppLike {
  return typeof target === "function" && typeof (target as Partial<AppLike>).handle === "function";
}
