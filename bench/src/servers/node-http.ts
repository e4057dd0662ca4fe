import { createServer } from "node:http";
import { listen, type Started } from "./server.js";

const BODY = Buffer.from(JSON.stringify({ status: "pass", state: "ready" }));

/** What somebody writes without a framework. */
export async function start(): Promise<Started> {
  const headers = { "Content-Type": "application/json", "Content-Length": BODY.length };
  const server = createServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(BODY);
  });
  return listen(server, { liveness: "/health" });
}
