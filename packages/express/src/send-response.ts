import type { ServerResponse } from "node:http";
import type { ProbeResponse } from "@caretaker/health";

/** Writes an answer: the only place in this package that touches a response. */
export function sendResponse(response: ServerResponse, { statusCode, headers, body }: ProbeResponse): void {
  // While `authorize` was awaited, someone else may have given up and answered.
  if (response.headersSent) return;
  if (Object.hasOwn(response, "writeHead")) {
    // Middlewares that replace writeHead often understand no flat array (on-headers before 1.1 garbles it).
    setHeaders(response, headers);
    response.writeHead(statusCode);
  } else {
    response.writeHead(statusCode, headers as string[]);
  }
  if (response.req.method === "HEAD") response.end();
  // As latin1 it is one byte for each character, which is what ASCII is, and nothing has to be encoded.
  else if (typeof body === "string") response.end(body, "latin1");
  else response.end(body);
}

function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    response.setHeader(headers[index] ?? "", headers[index + 1] ?? "");
  }
}
