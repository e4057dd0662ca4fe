import type { HealthMiddleware } from "@caretaker/express";
import type { SnapshotReader } from "@caretaker/redis-store";
import type { History, HistoryRange, Status } from "@caretaker/status";
import { openApiDocument } from "@caretaker/status/open-api";
import { describeHistory, type PastSource } from "@caretaker/status/store";
import type { CheckClient } from "@caretaker/worker/request-check-run";
import type { CleanupClient } from "@caretaker/worker/request-cleanup";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Access } from "./access.js";
import { checkRoutes } from "./check-routes.js";
import type { StatusEvents } from "./events/status-events.js";
import { explainNow, explainRoutes } from "./explain-routes.js";
import { historyRoutes } from "./history-routes.js";
import { pageRoute } from "./page-route.js";
import { type Problem, sendProblem } from "./problem.js";
import { queueBoardRoutes } from "./queue-board-routes.js";
import { retentionRoutes } from "./retention-routes.js";

/** What the app is made of. */
export interface AppDeps {
  readonly probes: HealthMiddleware;
  readonly reader: Pick<SnapshotReader, "current" | "nowMs" | "readTransitions" | "findTransition">;
  readonly past: PastSource;
  /** The status at this moment, from memory. */
  readonly describe: () => Status;
  readonly events: Pick<StatusEvents, "handle">;
  /** Answers `/metrics`. */
  readonly metrics: RequestHandler;
  /** The page of the queues; `null` where nobody asked for it. */
  readonly queueBoard: RequestHandler | null;
  readonly hostId: string;
  readonly cleanup: CleanupClient;
  readonly checks: CheckClient;
  readonly access: Access;
  /** The directory of the dashboard's files. */
  readonly dashboardDir: string;
  readonly log: { error(message: string, fields: Readonly<Record<string, unknown>>): void };
}

/** The Express app. It does not listen; its probes are answered ahead of it. */
export function createApp(deps: AppDeps): Express {
  const { probes, reader, past, describe, events, metrics, access, dashboardDir, log, hostId } = deps;
  const { cleanup, checks, queueBoard } = deps;
  const app = express();
  app.disable("x-powered-by");
  probes.attach(app);
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: PAGE_POLICY } }));
  app.get("/status", access.toRead, (_request, response) => {
    response.set("Cache-Control", "no-store").json(describe());
  });
  app.get("/status/events", access.toRead, events.handle);
  app.get("/metrics", access.toRead, metrics);
  app.get("/openapi.json", (_request, response) => {
    response.set("Cache-Control", "no-cache").json(openApi());
  });
  app.use("/status/history", historyRoutes({ reader, past, access }));
  app.use("/status/explain", explainRoutes({ probes, reader, access, hostId }));
  app.use("/checks", checkRoutes({ reader, checks, access }));
  app.use("/retention", retentionRoutes({ reader, cleanup, access }));
  if (queueBoard !== null) app.use("/queues", queueBoardRoutes({ access, board: queueBoard }));
  const history = (range: HistoryRange) => historyOf({ reader, past }, range);
  app.get("/", pageRoute({ access, describe, history, explain: (check) => explainNow({ probes, reader }, check) }));
  app.use(
    express.static(dashboardDir, {
      cacheControl: false,
      setHeaders: (response) => response.setHeader("Cache-Control", "no-cache"),
    }),
  );
  app.use(answerNotFound);
  app.use(errorHandler(log));
  return app;
}

// Made when it is first asked for: a start need not wait for it.
let made: ReturnType<typeof openApiDocument> | undefined;
function openApi() {
  made ??= openApiDocument();
  return made;
}

async function historyOf({ reader, past }: Pick<AppDeps, "reader" | "past">, range: HistoryRange): Promise<History> {
  const read = await past.read(null);
  return describeHistory({ past: read, snapshot: reader.current(), nowMs: reader.nowMs(), range, check: null });
}

// The page loads its own files and nothing else; nothing in it is inline but data, which does not run.
const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

const NOT_FOUND: Problem = { status: 404, code: "not_found", detail: "there is nothing at this path" };
const answerNotFound: RequestHandler = (_request, response) => sendProblem(response, NOT_FOUND);

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
