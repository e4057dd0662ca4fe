import type { HealthMiddleware } from "@caretaker/express";
import type { BalancerProfile } from "@caretaker/health";
import type { InstanceGuard, SnapshotReader } from "@caretaker/redis-store";
import type { Status } from "@caretaker/status";
import { describeStatus } from "@caretaker/status/store";
import type { CleanupClient } from "@caretaker/worker/request-cleanup";
import express, { type ErrorRequestHandler, type Express } from "express";
import helmet from "helmet";
import type { Access } from "./access.js";
import { explainRoutes } from "./explain-routes.js";
import { type Problem, sendProblem } from "./problem.js";
import { retentionRoutes } from "./retention-routes.js";

/** The settings the app shows or acts on. */
export interface AppSettings {
  readonly hostId: string;
  /** When the process began, by the host's clock, in ms. */
  readonly startedAtMs: number;
  readonly drainDelayMs: number;
  readonly shutdownTimeoutMs: number;
  readonly maxUnavailable: number | null;
  /** The balancer in front; `null` if none was named. */
  readonly profile: BalancerProfile | null;
}

/** What the app is made of. */
export interface AppDeps {
  readonly probes: HealthMiddleware;
  readonly reader: Pick<SnapshotReader, "current" | "nowMs" | "readAtMs" | "readTransitions" | "findTransition">;
  /** `null` where the guard is off. */
  readonly guard: Pick<InstanceGuard, "status"> | null;
  readonly settings: AppSettings;
  readonly cleanup: CleanupClient;
  readonly access: Access;
  /** The directory of the dashboard's files. */
  readonly dashboardDir: string;
  readonly log: { error(message: string, fields: Readonly<Record<string, unknown>>): void };
}

/** The Express app. It does not listen; its probes are answered ahead of it. */
export function createApp(deps: AppDeps): Express {
  const { probes, reader, cleanup, access, dashboardDir, log, settings } = deps;
  const app = express();
  app.disable("x-powered-by");
  probes.attach(app);
  // Pages here load nothing from elsewhere, and are served over plain HTTP on loopback too.
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], upgradeInsecureRequests: null } } }));
  app.get("/status", access.toRead, (_request, response) => {
    response.set("Cache-Control", "no-store").json(statusOf(deps));
  });
  app.use("/status/explain", explainRoutes({ probes, reader, access, hostId: settings.hostId }));
  app.use("/retention", retentionRoutes({ reader, cleanup, access }));
  app.use(
    express.static(dashboardDir, {
      cacheControl: false,
      setHeaders: (response) => response.setHeader("Cache-Control", "no-cache"),
    }),
  );
  app.use((_request, response) => sendProblem(response, NOT_FOUND));
  app.use(errorHandler(log));
  return app;
}

function statusOf({ probes, reader, guard, settings }: AppDeps): Status {
  const { hostId: host, startedAtMs, drainDelayMs, shutdownTimeoutMs, maxUnavailable, profile } = settings;
  return describeStatus({
    snapshot: reader.current(),
    readiness: probes.readiness(),
    nowMs: reader.nowMs(),
    readAtMs: reader.readAtMs(),
    instance: { host, startedAtMs },
    profile,
    drainDelayMs,
    shutdownTimeoutMs,
    guard: maxUnavailable === null ? null : { maxUnavailable, fleet: guard?.status() ?? null },
  });
}

const NOT_FOUND: Problem = { status: 404, code: "not_found", detail: "there is nothing at this path" };

/** A client's mistake gets its status; anything else is a fault of ours, which is logged and not told. */
function errorHandler(log: AppDeps["log"]): ErrorRequestHandler {
  return (error: { status?: unknown; type?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = typeof error.status === "number" && error.status >= 400 && error.status < 500 ? error.status : 500;
    if (status === 500) log.error("request failed", { error });
    const code =
      status === 500 ? "internal" : typeof error.type === "string" ? error.type.replaceAll(".", "_") : "bad_request";
    sendProblem(response, {
      status,
      code,
      detail: status === 500 ? "a fault of the server" : "the request cannot be read",
    });
  };
}
