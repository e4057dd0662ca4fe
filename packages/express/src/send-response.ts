import { ServerResponse } from "node:http";
import type { ProbeResponse } from "@caretaker/health";

const PLAIN = ServerResponse.prototype;

// One byte for each character: nothing has to be encoded.
const ASCII = "latin1";

/** Writes an answer: the only place in this package that touches a response. */
export function sendResponse(response: ServerResponse, { statusCode, headers, body }: ProbeResponse): void {
  // While `authorize` was awaited, someone else may have given up and answered.
  if (response.headersSent) return;
  if (response.writeHead !== PLAIN.writeHead) {
    // Middlewares that replace writeHead often understand no flat array (on-headers before 1.1 garbles it).
    setHeaders(response, headers);
    response.writeHead(statusCode);
  } else {
    response.writeHead(statusCode, headers as string[]);
  }
  if (response.req.method === "HEAD") response.end();
  else sendBody(response, body);
}

/**
 * Sends a body and ends the response. Given to `end`, a body is followed by an empty write that tells Node when it was
 * sent, and the two go through its slower way for several writes at once. A socket that takes all at once, as it does
 * unless the client reads too slowly, has nothing left to wait for, so `end` writes nothing more: measured, a tenth of
 * what a liveness probe costs.
 */
function sendBody(response: ServerResponse, body: ProbeResponse["body"]): void {
  const { socket } = response;
  if (typeof body !== "string") {
    // Bytes are a write of their own behind the headers, so several they are anyway.
    response.end(body);
  } else if (socket === null || !isPlain(response)) {
    response.end(body, ASCII);
  } else {
    socket.cork();
    response.write(body, ASCII);
    socket.uncork();
    response.end();
  }
}

/** Whether the response writes as Node's own does: what others put in its place may know of `end` with a body only. */
function isPlain(response: ServerResponse): boolean {
  return response.end === PLAIN.end && response.write === PLAIN.write && response.writeHead === PLAIN.writeHead;
}

function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    response.setHeader(headers[index] ?? "", headers[index + 1] ?? "");
  }
}
