import { createServer } from "node:http";
import express from "express";
import kubeProbe from "kube-probe";
import { listen, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

const PATHS = { liveness: "/live", readiness: "/ready" };

/** kube-probe in Express 5. Its overload protection is off: it answers 503 to the load itself. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  process.env["KUBE_PROBE_BYPASS_PROTECTION"] = "true";
  const app = express();
  kubeProbe(app, {
    livenessURL: PATHS.liveness,
    readinessURL: PATHS.readiness,
    readinessCallback: async (_request, response) => {
      await runSlowChecks(checks);
      response.setHeader("Content-Type", "text/html");
      response.end("OK");
    },
  });
  return listen(createServer(app), PATHS);
}
