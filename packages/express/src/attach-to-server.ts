import type { EventEmitter } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import type { Probes } from "@caretaker/health";
import { answerRequest } from "./answer-request.js";

/**
 * Answers probes before any `request` listener runs, those added later included. The listeners stay where they are:
 * the event is withheld from them, because a listener of ours could not stop the others from answering too.
 */
export function attachToServer(server: EventEmitter, probes: Probes<IncomingMessage>): void {
  const emit = server.emit;
  server.emit = function emitAfterProbes(this: EventEmitter, event: string | symbol, ...values: unknown[]) {
    if (event === "request" && isAnswered(probes, values[0], values[1])) return true;
    return emit.call(this, event, ...values);
  };
}

function isAnswered(probes: Probes<IncomingMessage>, request: unknown, response: unknown): boolean {
  if (!(request instanceof IncomingMessage && response instanceof ServerResponse)) return false;
  return answerRequest(probes, { request, response });
}
