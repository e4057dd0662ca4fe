import { defineCheck } from "@caretaker/health";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "../api-process.ts";
import { openFleetStore } from "../fleet-store.ts";
import { exchange, type RawOptions } from "./raw-client.ts";
import type { Route } from "./routes.ts";

export const STATUS_TOKEN = "a-status-token-for-hostile-tests";
const ADMIN_TOKEN = "an-admin-token-for-hostile-tests";
export const CRLF = "\r\n";

/** An API process with everything turned on, and a way to send it what no client would. */
export interface HostileApi {
  readonly app: SpawnedApp;
  readonly url: string;
  readonly port: number;
  /** The status of the first answer to some bytes. */
  statusOf(bytes: string, options?: RawOptions): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Starts one that is ready, and knows of one check. */
export async function startHostileApi(): Promise<HostileApi> {
  const check = defineCheck({ name: "database", critical: true, run: () => undefined });
  const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  const fleet = await openFleetStore(redisUrl, [check]);
  await fleet.publish(check, {});
  const redis = { REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix };
  const app = spawnApi({ ...redis, STATUS_TOKEN, ADMIN_TOKEN, QUEUE_BOARD: "true", LOG_LEVEL: "debug" });
  const [url, port] = [await urlOf(app), await app.waitForPort()];
  await waitFor(async () => (await fetch(`${url}/health/ready`)).status === 200, { what: "readiness" });
  return {
    app,
    url,
    port,
    statusOf: async (bytes, options) => (await exchange(port, bytes, options)).statuses[0],
    stop: async () => {
      await stopApi(app);
      await fleet.close();
    },
  };
}

/**
 * A request with whatever head lines are given. The connection is closed after the answer, but not with a body: a server
 * that closes before it has read all of one resets the connection, and the answer may be lost on its way.
 */
export function requestTo(
  { method, path }: Pick<Route, "method" | "path">,
  lines: readonly string[] = [],
  body = "",
): string {
  const connection = body === "" ? "close" : "keep-alive";
  return [`${method} ${path} HTTP/1.1`, "Host: a", `Connection: ${connection}`, ...lines, "", body].join(CRLF);
}

/** The head lines of a body of JSON. */
export function jsonLines(body: string): readonly string[] {
  return ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`];
}

/** The head line that lets in to a route, if one is needed. */
export function tokenLines({ needs }: Pick<Route, "needs">): readonly string[] {
  return needs === "nothing" ? [] : [`Authorization: Bearer ${RIGHT[needs]}`];
}

/** The token for a need. */
export const RIGHT = { nothing: "", reading: STATUS_TOKEN, doing: ADMIN_TOKEN } as const;
