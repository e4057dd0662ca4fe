import type { IncomingMessage, ServerResponse } from "node:http";
import type { Probes } from "@caretaker/health";
import { sendResponse } from "./send-response.js";

/** Answers a request if it is a probe, and says whether it was. `url` stands in for the request's own. */
export function answerRequest(
  probes: Probes<IncomingMessage>,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  url?: string,
): boolean {
  const answer = probes.answer(request, url);
  if (answer === undefined) return false;
  if (answer instanceof Promise) {
    // The promise never rejects; should writing fail, the connection is of no more use.
    answer.then((settled) => sendResponse(response, settled)).catch(() => response.destroy());
  } else {
    sendResponse(response, answer);
  }
  return true;
}
