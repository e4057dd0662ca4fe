import { defineCheck, type Explanation, type TransitionEntry } from "@caretaker/health";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { type FleetStore, openFleetStore } from "./fleet-store.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const run = () => undefined;
const DB = defineCheck({ name: "db", critical: true, run });
const TOKEN = defineCheck({ name: "token", componentType: "secret", run });
const STATUS_TOKEN = "status-token-of-a-test";

let fleet: FleetStore;
let app: SpawnedApp;
let url: string;

beforeAll(async () => {
  fleet = await openFleetStore(redisUrl, [DB, TOKEN]);
  await fleet.publish(DB, {});
  await fleet.publish(DB, { status: "fail", code: "refused" });
  await fleet.publish(DB, { status: "fail", code: "timeout", durationMs: 5_000 });
  await fleet.publish(TOKEN, { measures: { length: { value: 51, unit: "" } } });
  app = spawnApi({
    REDIS_URL: redisUrl,
    KEY_PREFIX: fleet.prefix,
    HOST_ID: "host-a",
    STATUS_TOKEN,
    BALANCER: "haproxy",
  });
  url = await urlOf(app);
  await waitFor(async () => (await fetch(`${url}/startupz`)).ok);
});

afterAll(async () => {
  await stopApi(app);
  await fleet.close();
});

/** The parts of the answers that are looked into here. */
interface Told {
  readonly code: string;
  readonly problems: readonly unknown[];
  readonly explanations: readonly Explanation[];
  readonly transitions: readonly [TransitionEntry, TransitionEntry];
}

async function ask(path: string, token: string | null = STATUS_TOKEN) {
  const response = await fetch(url + path, token === null ? {} : { headers: { authorization: `Bearer ${token}` } });
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, body: (await response.json()) as Told };
}

/** The checks of a status or a readiness answer, in whatever form it has them. */
async function checksOf<T>(path: string, token: string | null = STATUS_TOKEN): Promise<T> {
  const { body } = await ask(path, token);
  return (body as unknown as { checks: T }).checks;
}

describe("GET /status/explain/<check>", () => {
  it("tells the chain of the present, and the transitions there were", async () => {
    const { status, body } = await ask("/status/explain/db");
    expect(status).toBe(200);
    expect(body.explanations).toHaveLength(1);
    expect(body.explanations[0]).toMatchObject({
      outcomes: [
        { status: "fail", code: "timeout", durationMs: 5_000 },
        { status: "fail", code: "refused" },
        { status: "pass", code: "ok" },
      ],
      counter: { pending: null, failureThreshold: 2 },
      state: { stored: "down", effective: "down" },
      contribution: { verdict: "fail", counted: true },
      statusCode: 503,
    });
    expect(body.transitions.map(({ from, to, code }) => [from, to, code])).toEqual([
      ["up", "down", "timeout"],
      ["unknown", "up", "ok"],
    ]);
    // Each outcome has the stamp that its own record once had.
    const stamps = body.explanations[0]?.outcomes.map(({ atMs }) => atMs) ?? [];
    expect(stamps).toEqual(stamps.toSorted((a, b) => b - a));
    expect(stamps[2]).toBe(body.transitions[1].atMs);
  });

  it("tells the chain of a past transition", async () => {
    const { transitions } = (await ask("/status/explain/db")).body;
    const { body } = await ask(`/status/explain/db?at=${transitions[0].id}`);
    expect(body.explanations).toMatchObject([
      {
        transition: transitions[0].id,
        outcomes: [{ code: "timeout" }, { code: "refused" }, { code: "ok" }],
        counter: { pending: { outcome: "fail", count: 2, of: 2 }, rule: "threshold" },
        state: { from: "up", stored: "down" },
        statusCode: 503,
      },
    ]);
    expect((await ask(`/status/explain/db?at=${transitions[1].id}`)).body.explanations[0]).toMatchObject({
      counter: { rule: "first" },
      statusCode: 200,
    });
  });

  it.each([
    ["/status/explain/nobody", 404, "unknown_check"],
    ["/status/explain/nobody?at=1-0", 404, "unknown_check"],
    ["/status/explain/constructor", 404, "unknown_check"],
    ["/status/explain/db?at=1-0", 404, "unknown_transition"],
    ["/status/explain/db?at=-", 400, "invalid_transition"],
    ["/status/explain/db?at=1-0&at=2-0", 400, "invalid_transition"],
    ["/status/explain/db?at=", 400, "invalid_transition"],
  ])("%s is %d %s", async (path, status, code) => {
    expect(await ask(path)).toMatchObject({
      status,
      type: expect.stringContaining("application/problem+json"),
      body: { code },
    });
  });

  it("is not for everybody, and a transition of one check is not told as another's", async () => {
    expect((await ask("/status/explain/db", null)).status).toBe(401);
    const { transitions } = (await ask("/status/explain/db")).body;
    expect((await ask(`/status/explain/token?at=${transitions[0].id}`)).body.code).toBe("unknown_transition");
  });

  it("explains in the probe of one check too, to whoever may see it", async () => {
    expect(await checksOf("/health/ready/db?verbose")).toMatchObject({
      "db:state": [{ caretaker: { explain: { check: "db", statusCode: 503, outcomes: [{}, {}, {}] } } }],
    });
    expect(JSON.stringify((await ask("/health/ready/db?verbose", null)).body)).not.toContain("explain");
  });
});

describe("GET /status", () => {
  it("shows how soon a change is acted on behind the balancer, and what is wrong with that", async () => {
    const { body } = await ask("/status");
    expect(body).toMatchObject({ balancer: { name: "haproxy", removalMs: 8_000 }, drainDelayMs: 0, guard: null });
    expect(body.problems).toMatchObject([{ rule: "drain", level: "warn" }]);
    const checks = await checksOf<{ budget: unknown }[]>("/status");
    expect(checks[0]?.budget).toMatchObject({
      noticeMs: { best: 14_000, worst: 63_000 },
      recoverMs: { best: 12_000, worst: 61_000 },
    });
    expect(checks.at(-1)).toMatchObject({ name: "store", budget: null });
  });

  it("tells of a secret whether it is there, and no number", async () => {
    const [db, token] = await checksOf<unknown[]>("/status");
    expect(token).toMatchObject({ name: "token", secret: "configured", measures: {} });
    expect(db).not.toHaveProperty("secret");
    const entry = { caretaker: { code: "ok", state: "up" }, observedValue: "configured", status: "pass" };
    expect(await checksOf("/health/ready", null)).toMatchObject({ "token:state": [entry] });
  });
});
