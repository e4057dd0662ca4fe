import { readdirSync } from "node:fs";
import { dashboardDir } from "@caretaker/dashboard";
import type { Express } from "express";
import { PROBE_PATHS } from "../../../../packages/health/src/http/match-route.ts";
import { createAccess } from "../../src/access.ts";
import { createApp } from "../../src/create-app.ts";
import { openQueueBoard } from "../../src/queue-board.ts";
import { type Place, placesOf } from "./places-of.ts";

/** A route of the API with a path that can be asked for, and what it asks for. */
export interface Route extends Place {
  readonly needs: "nothing" | "reading" | "doing";
  /** It says no to whoever gets in: the board of the queues, of what would change something and of Redis itself. */
  readonly isOff: boolean;
}

/** Every route of the API, read off the app itself, so that a new one is tried with everything hostile by itself. */
export async function routesOfApi(): Promise<readonly Route[]> {
  const routes = [...PROBES, ...routesOf(await assembleApp())];
  return [...new Map(routes.map((route) => [`${route.method} ${route.path}`, route])).values()];
}

/** The routes of an app that is made like the API's. */
export function routesOf(app: Express): readonly Route[] {
  return placesOf(app, { passing: PASSING }).flatMap(({ method, path }) =>
    spell(path).map((spelled) => toRoute(method, spelled)),
  );
}

/** The API's app with nothing behind it: its routes are there, and cannot do anything. */
export async function assembleApp(): Promise<Express> {
  const redis = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  const board = await openQueueBoard({ redis, prefix: "routes", names: () => [], onError: () => undefined });
  board.close();
  const access = createAccess({ statusToken: "a", adminToken: "b", host: "127.0.0.1" });
  const unused = { reader: ANYTHING, past: ANYTHING, describe: ANYTHING, cleanup: ANYTHING, checks: ANYTHING };
  const handlers = { probes: ANYTHING, events: ANYTHING, metrics: ANYTHING, queueBoard: board.handler };
  return createApp({ ...unused, ...handlers, access, dashboardDir, hostId: "a", log: ANYTHING });
}

/** Stands in for whatever is not used: a function, and so is each of its members. */
const ANYTHING = new Proxy(() => undefined, { get: (): unknown => ANYTHING }) as never;

/** What is open to everybody besides the probes; whatever else there is needs a token, a new route too. */
const OPEN: ReadonlySet<string> = new Set(["/", "/openapi.json", ...pageFiles()]);

/** Headers, tokens and refusals: none of them gives anything away by itself. */
const PASSING = new Set([
  "helmetMiddleware",
  "toRead",
  "refuseToChange",
  "showCurrent",
  "jsonParser",
  "answerNotFound",
]);

/** They are answered ahead of the router. Apache asks about the server as a whole. */
const PROBES: readonly Route[] = [
  ...[...PROBE_PATHS, "/health/ready/database"].map((path) => ({ method: "GET", path })),
  { method: "OPTIONS", path: "*" },
].map((place) => ({ ...place, needs: "nothing", isOff: false }));

function toRoute(method: string, path: string): Route {
  const isOfBoard = path === "/queues" || path.startsWith("/queues/");
  const reads = method === "GET" || isOfBoard;
  const needs = reads && OPEN.has(path) ? "nothing" : reads ? "reading" : "doing";
  return { method, path, needs, isOff: isOfBoard && (method !== "GET" || path === "/queues/api/redis/stats") };
}

/** Values of parameters where others than any get further. */
const VALUES: Readonly<Record<string, string>> = { check: "database", target: "small" };

/** A path, or several, that a route's path stands for. */
function spell(path: string): readonly string[] {
  if (path === "/*file") return pageFiles();
  return [
    path.replaceAll(/[{}]/g, "").replaceAll(/[:*]([A-Za-z]\w*)/g, (_, name: string) => VALUES[name] ?? `a-${name}`),
  ];
}

function pageFiles(): readonly string[] {
  return readdirSync(dashboardDir).map((name) => `/${name}`);
}
