import type { AddressInfo } from "node:net";
import underPressure from "@fastify/under-pressure";
import { fastify } from "fastify";
import { PATHS, type ServerSettings, type Started } from "./server.js";
import { runSlowChecks } from "./slow-checks.js";

/** @fastify/under-pressure: a constant status, and a route that its checks, run every second, may turn into 503. */
export async function start({ checks }: ServerSettings): Promise<Started> {
  const app = fastify();
  await app.register(underPressure, {
    exposeStatusRoute: PATHS.liveness,
    ...(checks === 0 ? {} : { healthCheck: () => runSlowChecks(checks).then(() => true), healthCheckInterval: 1_000 }),
  });
  app.get(PATHS.readiness, async () => ({ status: "ok" }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  app.server.keepAliveTimeout = 0;
  return { port: (app.server.address() as AddressInfo).port, ...PATHS };
}
