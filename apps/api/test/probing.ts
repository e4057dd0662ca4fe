import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import type { DirectedFleet } from "../../worker/test/directed-fleet.ts";
import { spawnApi, urlOf } from "./api-process.ts";

/** What full detail tells of one check on one machine. */
export interface ShownCheck {
  readonly status: string;
  readonly time?: string;
  readonly caretaker: {
    readonly ageMs: number | null;
    readonly code: string;
    readonly counted: boolean;
    readonly freshness: string;
    readonly host: string | null;
    readonly runId: string | null;
    readonly state: string;
  };
}

/** One answer of readiness. */
export interface ReadyAnswer {
  readonly statusCode: number;
  readonly verdict: string;
  /** The shown results of a check, one a machine where its scope is the host. */
  of(check: string): readonly ShownCheck[];
}

/** An API process of a fleet that answers in full detail. */
export function startApi(
  { prefix }: Pick<DirectedFleet, "prefix">,
  redisUrl: string,
  env: Record<string, string> = {},
): SpawnedApp {
  return spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: prefix, HEALTH_DETAIL: "full", ...env });
}

/** Asks readiness, or one check of it; `query` begins with `?`. */
export async function askReady(api: SpawnedApp, query = ""): Promise<ReadyAnswer> {
  const response = await fetch(`${await urlOf(api)}/health/ready${query}`);
  const body = (await response.json()) as { status: string; checks?: Record<string, ShownCheck[]> };
  return { statusCode: response.status, verdict: body.status, of: (check) => body.checks?.[`${check}:state`] ?? [] };
}

/** Resolves with the first answer that fits. */
export function untilReady(
  api: SpawnedApp,
  fits: (answer: ReadyAnswer) => unknown,
  { query, timeoutMs = 15_000, what }: { query?: string; timeoutMs?: number; what: string },
): Promise<ReadyAnswer> {
  return waitFor(
    async () => {
      const answer = await askReady(api, query);
      return fits(answer) ? answer : null;
    },
    { timeoutMs, what },
  );
}
