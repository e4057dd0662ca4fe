import { defineCheck } from "@caretaker/health";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { type FleetStore, openFleetStore } from "./fleet-store.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const HOSTS = ["host-a", "host-b", "host-c"];

const run = () => undefined;
const DB = defineCheck({ name: "db", critical: true, failureThreshold: 1, successThreshold: 1, run });
const DISK = defineCheck({
  name: "disk",
  critical: true,
  scope: "host",
  failureThreshold: 1,
  successThreshold: 1,
  run,
});

interface Instance {
  readonly app: SpawnedApp;
  readonly url: string;
}

let fleet: FleetStore;
let started: SpawnedApp[];

beforeEach(async () => {
  started = [];
  fleet = await openFleetStore(redisUrl, [DB, DISK]);
  await fleet.publish(DB, {});
  for (const host of HOSTS) await fleet.publish(DISK, {}, host);
});

afterEach(async () => {
  await Promise.all(started.map(stopApi));
  await fleet.close();
});

async function startInstance(hostId: string, env: Record<string, string> = {}): Promise<Instance> {
  const app = spawnApi({
    REDIS_URL: redisUrl,
    KEY_PREFIX: fleet.prefix,
    HOST_ID: hostId,
    MAX_UNAVAILABLE: "50%",
    ...env,
  });
  started.push(app);
  return { app, url: await urlOf(app) };
}

/** Three instances that are ready and know of each other. */
async function startThree(env?: Record<string, string>): Promise<[Instance, Instance, Instance]> {
  const all = await Promise.all(HOSTS.map((host) => startInstance(host, env)));
  await waitFor(async () => (await answers(all)).every((answer) => answer.startsWith("200")), { what: "readiness" });
  await waitFor(async () => (await Promise.all(all.map(liveSeen))).every((live) => live === 3 || env !== undefined), {
    what: "three beats",
  });
  return all as [Instance, Instance, Instance];
}

async function liveSeen({ url }: Instance): Promise<number | undefined> {
  const status = (await (await fetch(`${url}/status`)).json()) as { guard: { fleet: { live: number } | null } | null };
  return status.guard?.fleet?.live;
}

/** Status code, verdict and code of an instance's readiness. */
async function answerOf({ url }: Instance): Promise<string> {
  const response = await fetch(`${url}/health/ready`);
  const { status, caretaker } = (await response.json()) as { status: string; caretaker?: { code: string } };
  return [response.status, status, ...(caretaker === undefined ? [] : [caretaker.code])].join(" ");
}

function answers(instances: readonly Instance[]): Promise<string[]> {
  return Promise.all(instances.map(answerOf));
}

async function settleOn(instances: readonly Instance[], expected: readonly string[]): Promise<void> {
  await waitFor(async () => expect(await answers(instances)).toEqual(expected) ?? true, { what: expected.join(", ") });
}

const GUARDED = "200 warn guarded";

it("keeps all three in when a shared check goes down, without one 503 on the way, and says so", async () => {
  const all = await startThree();
  await fleet.publish(DB, { status: "fail", code: "refused" });
  const seen = new Set<string>();
  await waitFor(
    async () => {
      const now = await answers(all);
      for (const answer of now) seen.add(answer);
      return now.every((answer) => answer === GUARDED);
    },
    { what: "three guarded answers" },
  );
  expect([...seen].filter((answer) => answer.startsWith("503"))).toEqual([]);
  await all[0].app.waitForLog((line) => line.includes("guard holds back a failing verdict"));
  const status = await (await fetch(`${all[0].url}/status`)).json();
  expect(status).toMatchObject({
    verdict: "warn",
    rawVerdict: "fail",
    code: "guarded",
    guard: { maxUnavailable: 0.5 },
  });
  await fleet.publish(DB, {});
  await settleOn(all, ["200 pass", "200 pass", "200 pass"]);
});

it("lets the one with a bad host leave, and holds on to them when most hosts are bad", async () => {
  const all = await startThree();
  await fleet.publish(DISK, { status: "fail", code: "threshold" }, "host-b");
  await settleOn(all, ["200 pass", "503 fail", "200 pass"]);
  // Its beat has told the others, and it is still out.
  await waitFor(async () => {
    const { guard } = (await (await fetch(`${all[0].url}/status`)).json()) as { guard: { fleet: { failing: number } } };
    return guard.fleet.failing === 1;
  });
  expect(await answers(all)).toEqual(["200 pass", "503 fail", "200 pass"]);
  await fleet.publish(DISK, { status: "fail", code: "threshold" }, "host-c");
  await settleOn(all, ["200 pass", GUARDED, GUARDED]);
});

it("never holds back one that drains, nor one that has never been ready", async () => {
  const all = await startThree({ DRAIN_DELAY: "5s" });
  await waitFor(async () => (await Promise.all(all.map(liveSeen))).every((live) => live === 3), {
    what: "three beats",
  });
  await fleet.publish(DB, { status: "fail", code: "refused" });
  await settleOn(all, [GUARDED, GUARDED, GUARDED]);
  const late = await startInstance("host-d");
  await waitFor(async () => (await liveSeen(late)) === 4, { what: "the fourth beat" });
  await settleOn([late], ["503 fail"]);
  all[0].app.child.kill("SIGTERM");
  await settleOn([all[0]], ["503 fail draining"]);
  // Four alive less the one that left by its own word: the guard goes on.
  await waitFor(async () => (await liveSeen(late)) === 3, { what: "the leave" });
  expect(await answers([all[0], all[1], all[2], late])).toEqual(["503 fail draining", GUARDED, GUARDED, "503 fail"]);
});

it("is off unless asked for: nothing beats, and a shared check takes all out", async () => {
  const all = await startThree({ MAX_UNAVAILABLE: "" });
  await fleet.publish(DB, { status: "fail", code: "refused" });
  await settleOn(all, ["503 fail", "503 fail", "503 fail"]);
  expect(await fleet.client.exists(fleet.keys.instances, fleet.keys.instanceBeats)).toBe(0);
  expect(await (await fetch(`${all[0].url}/status`)).json()).toMatchObject({ guard: null, rawVerdict: "fail" });
});
