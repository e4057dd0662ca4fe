import { readFileSync } from "node:fs";
import { defineCheck } from "@caretaker/health";
import { applyChange, type Status, type StatusChange } from "@caretaker/status";
import { createStatusClient, StatusApiError, type StatusUpdate } from "@caretaker/status/client";
import { changeSchema, statusSchema } from "@caretaker/status/schemas";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { expectConforms } from "./conforms.ts";
import { type FleetStore, openFleetStore } from "./fleet-store.ts";
import { type Follower, follow } from "./follower.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const run = () => undefined;
const DB = defineCheck({ name: "db", critical: true, failureThreshold: 1, successThreshold: 1, run });
const DISK = defineCheck({ name: "disk", scope: "host", run });
const STATUS_TOKEN = "status-token-of-a-test";
const AUTHORIZED = { authorization: `Bearer ${STATUS_TOKEN}` };

let fleet: FleetStore;
let app: SpawnedApp;
let url: string;

const start = () =>
  spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a", STATUS_TOKEN, DRAIN_DELAY: "300ms" });

beforeAll(async () => {
  fleet = await openFleetStore(redisUrl, [DB, DISK]);
  await fleet.publish(DB, {});
  await fleet.publish(DISK, {}, "host-a");
  app = start();
  url = await urlOf(app);
  await waitFor(async () => (await fetch(`${url}/startupz`)).ok);
});

afterAll(async () => {
  await stopApi(app);
  await fleet.close();
});

it("sends the whole status to whoever connects, then what changes, and both add up to GET /status", async () => {
  const follower = await follow(url, AUTHORIZED);
  expect(follower.response.headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  });
  await waitFor(() => follower.heard.length > 0, { what: "the first event" });
  await fleet.publish(DB, { status: "fail", code: "refused" });
  const held = await waitFor(() => {
    const status = statusOf(follower);
    return status.verdict === "fail" && status;
  });
  for (const { event, data } of follower.heard) expectConforms(event === "status" ? statusSchema : changeSchema, data);
  expect(follower.heard.map(({ event }) => event).indexOf("status")).toBe(0);
  const { body } = await getStatus();
  expectConforms(statusSchema, body);
  expect(ageless(held)).toEqual(ageless(body));
  follower.close();
  await fleet.publish(DB, {});
});

it("tells 1,000 clients of a change over one Redis subscription", { timeout: 90_000 }, async () => {
  const memoryBefore = memoryMiBOf(app);
  const followers: Follower[] = [];
  while (followers.length < 1_000) {
    followers.push(...(await Promise.all(Array.from({ length: 50 }, () => follow(url, AUTHORIZED)))));
  }
  await waitFor(() => followers.every(({ heard }) => heard.length > 0), { what: "1,000 statuses", timeoutMs: 30_000 });
  const [, subscribers] = (await fleet.client.pubsub("NUMSUB", fleet.keys.changes)) as [string, number];
  expect(Number(subscribers)).toBe(1);
  const startedMs = performance.now();
  await fleet.publish(DB, { status: "fail", code: "timeout" });
  const hasHeard = ({ heard }: Follower) => heard.some(({ event, data }) => event === "change" && isDown(data));
  await waitFor(() => followers.every(hasHeard), { what: "1,000 changes", timeoutMs: 30_000 });
  const tookMs = Math.round(performance.now() - startedMs);
  const memoryMiB = memoryMiBOf(app);
  console.info(
    `1,000 followers: ${subscribers} subscription, ${tookMs} ms from publish to the last, ${memoryBefore} → ${memoryMiB} MiB`,
  );
  // Linux tells; measured 60 MiB for all of them.
  if (memoryMiB !== null && memoryBefore !== null) expect(memoryMiB - memoryBefore).toBeLessThan(200);
  for (const follower of followers) follower.close();
  await fleet.publish(DB, {});
});

it("is read by the rules of /status", async () => {
  expect((await fetch(`${url}/status/events`)).status).toBe(401);
  const wrong = createStatusClient({ url, token: "another-token" });
  await expect(wrong.events().next()).rejects.toMatchObject({ name: "StatusApiError", status: 401 });
  await expect(wrong.status()).rejects.toBeInstanceOf(StatusApiError);
});

it("ends its streams when the instance drains, which they do not hold up; a client finds the next one", async () => {
  const other = start();
  const otherUrl = await urlOf(other);
  const port = new URL(otherUrl).port;
  const stop = new AbortController();
  const updates: StatusUpdate[] = [];
  const client = createStatusClient({ url: otherUrl, token: STATUS_TOKEN });
  const following = (async () => {
    for await (const update of client.events({ signal: stop.signal })) updates.push(update);
  })();
  await waitFor(() => updates.length > 0, { what: "the first update" });
  const startedMs = performance.now();
  await stopApi(other);
  expect(await other.exit).toEqual({ code: 0, signal: null });
  // The drain delay, and far from the deadline of 10 s.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  await waitFor(() => updates.some(({ type }) => type === "lost"), { what: "the loss" });
  const next = spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, STATUS_TOKEN, PORT: port });
  await waitFor(() => updates.at(-1)?.type === "status", { what: "the status again", timeoutMs: 20_000 });
  stop.abort();
  await following;
  await stopApi(next);
});

function statusOf({ heard }: Follower): Status {
  const [first, ...rest] = heard;
  const changes = rest.filter(({ event }) => event === "change").map(({ data }) => data as StatusChange);
  return changes.reduce(applyChange, first?.data as Status);
}

async function getStatus() {
  const response = await fetch(`${url}/status`, { headers: AUTHORIZED });
  return { response, body: (await response.json()) as Status };
}

/** Without what time alone moves. */
function ageless(status: Status) {
  const { nowMs: _nowMs, checks, store, ...rest } = status;
  return { ...rest, store: { ...store, readAtMs: 0 }, checks: checks.map((check) => ({ ...check, ageMs: null })) };
}

function isDown(change: unknown): boolean {
  return (change as StatusChange).checks.some(({ name, state }) => name === "db" && state === "down");
}

/** Resident memory of a process in MiB, where the system tells. */
function memoryMiBOf({ child }: SpawnedApp): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / 1_024);
  } catch {
    return null;
  }
}
