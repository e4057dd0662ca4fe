import type { IncomingMessage, ServerResponse } from "node:http";
import type { Probes } from "@caretaker/health";
import { answerRequest } from "./answer-request.js";

/** An Express 4 or 5 app, or a connect one: a function that passes every request to its own `handle`. */
export interface AppLike {
  handle(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): unknown;
}

/**
 * Answers probes before the app sees the request. Express gives each request and response another prototype, after
 * which Node's own writing runs several times slower; no middleware can undo that, so this comes ahead of it.
 */
export function attachToApp(app: AppLike, probes: Probes<IncomingMessage>): void {
  const handle = app.handle;
  app.handle = function handleAfterProbes(this: unknown, request, response, next) {
    if (answerRequest(probes, { request, response })) return undefined;
    return handle.call(this as AppLike, request, response, next);
  };
}
