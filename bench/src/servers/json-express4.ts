import { createServer } from "node:http";
import express from "express4";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

/** What somebody writes with Express 4: routes, and the checks run by whoever asks. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  const app = express();
  app.get(PATHS.liveness, (_request, response) => void response.json({ status: "pass", state: "ready" }));
  app.get(PATHS.readiness, async (_request, response) => {
    await runSlowChecks(checks);
    response.json({ status: "pass" });
  });
  return listen(createServer(app), PATHS);
}
