import { createServer } from "node:http";
import { createRequire } from "node:module";
import express, { type RequestHandler } from "express";
import { listen, PATHS, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

// Its types are its sources, which our compiler settings do not accept; what is used of it.
interface CloudHealth {
  readonly HealthChecker: new () => { registerReadinessCheck(check: object): void };
  readonly ReadinessCheck: new (name: string, run: () => Promise<void>) => object;
  readonly ReadinessEndpoint: (checker: object) => RequestHandler;
  readonly LivenessEndpoint: (checker: object) => RequestHandler;
}

/** @cloudnative/health-connect in Express 5. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  const health = createRequire(import.meta.url)("@cloudnative/health-connect") as CloudHealth;
  const checker = new health.HealthChecker();
  checker.registerReadinessCheck(new health.ReadinessCheck("dependencies", () => runSlowChecks(checks)));
  const app = express();
  app.use(PATHS.readiness, health.ReadinessEndpoint(checker));
  app.use(PATHS.liveness, health.LivenessEndpoint(checker));
  return listen(createServer(app), PATHS);
}
