import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineCheck } from "@caretaker/health";
import { createCleanupReporter, type TargetStatus } from "@caretaker/redis-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOnPath } from "../../../scripts/setup/find-on-path.mjs";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";
import { type FleetStore, openFleetStore } from "./fleet-store.ts";

const promtool = findOnPath(["promtool"]);
const checks = [
  defineCheck({ name: "database", critical: true, failureThreshold: 1, run: () => undefined }),
  defineCheck({ name: "ffmpeg", scope: "host", run: () => undefined }),
];

const TARGET: TargetStatus = {
  target: "recordings",
  host: "machine-1",
  schedule: "every 1h",
  nextRunAtMs: 1_800_000_000_000,
  overdueAfterMs: 60_000,
  running: null,
};
const RUN = { runId: "run-1", finishedAtMs: 1_790_000_000_000, outcome: "refused" } as const;
const REPORT = {
  ...RUN,
  target: "recordings",
  dryRun: false,
  startedAtMs: 1_789_999_999_000,
  unknown: { name_mismatch: 4 },
  inTrash: { count: 2, bytes: 4_096 },
};
const SUMS = {
  sessions: [
    { outcome: "deleted", reason: "ok", count: 7 },
    { outcome: "failed", reason: "permission", count: 1 },
  ],
  freedBytes: 65_536,
  isSuccess: true,
  run: { ...RUN, code: "ERR_GUARDED", planId: "p", guards: [] },
};

let fleet: FleetStore;
let api: SpawnedApp;

beforeAll(async () => {
  const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
  fleet = await openFleetStore(redisUrl, checks);
  for (const [check, host] of [
    [checks[0], null],
    [checks[1], "machine-1"],
  ] as const) {
    if (check !== undefined) await fleet.publish(check, { durationMs: 250 }, host);
  }
  await createCleanupReporter(fleet.client, fleet.keys).report(TARGET, { report: REPORT, sums: SUMS });
  api = spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, HOST_ID: "machine-1" });
  await waitFor(
    async () => (await scrape()).get('caretaker_check_state{check="database",scope="fleet",host="",state="up"}') === 1,
  );
}, 30_000);

afterAll(async () => {
  await stopApi(api);
  await fleet.close();
});

async function text(headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${await urlOf(api)}/metrics`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}

/** The series by name and labels, as the exposition spells them. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const lines = (await text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

describe("GET /metrics", () => {
  it.skipIf(promtool === undefined)("is what promtool finds nothing wrong with", async () => {
    const { status, stdout, stderr } = spawnSync(promtool ?? "", ["check", "metrics"], {
      input: await text(),
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("tells each check's state as one series a state", async () => {
    const series = await scrape();
    const states = ["up", "degraded", "down", "unknown"].map((state) =>
      series.get(`caretaker_check_state{check="ffmpeg",scope="host",host="machine-1",state="${state}"}`),
    );
    expect(states).toEqual([1, 0, 0, 0]);
    expect(series.get('caretaker_check_duration_seconds{check="database",scope="fleet",host=""}')).toBe(0.25);
    expect(series.get('caretaker_check_critical{check="database",scope="fleet",host=""}')).toBe(1);
    expect(series.get('caretaker_check_critical{check="ffmpeg",scope="host",host="machine-1"}')).toBe(0);
    expect(series.get('caretaker_readiness_verdict{verdict="pass"}')).toBe(1);
  });

  it("counts changes of state once, whichever instance tells of them and however often one restarts", async () => {
    const [database] = checks;
    if (database === undefined) throw new Error("no check");
    const counted = 'caretaker_check_transitions_total{check="database",scope="fleet",host=""}';
    expect((await scrape()).get(counted)).toBe(1);
    await fleet.publish(database, { status: "fail", code: "refused" });
    await waitFor(async () => (await scrape()).get('caretaker_readiness_verdict{verdict="fail"}') === 1);
    expect((await scrape()).get(counted)).toBe(2);
    const other = spawnApi({ REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "", KEY_PREFIX: fleet.prefix });
    try {
      const url = await urlOf(other);
      await waitFor(async () => (await (await fetch(`${url}/metrics`)).text()).includes(`${counted} 2`));
    } finally {
      await stopApi(other);
    }
  });

  it("tells moments, not ages, of runs and beats", async () => {
    const series = await scrape();
    const lastRun = series.get('caretaker_check_last_run_timestamp_seconds{check="database",scope="fleet",host=""}');
    expect(Math.abs((lastRun ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
    const beats = [...series].filter(([name]) => name.startsWith("caretaker_worker_last_beat_timestamp_seconds{"));
    expect(beats).toHaveLength(1);
  });

  it("tells what cleanups did, why, and what waits", async () => {
    const series = await scrape();
    expect(Object.fromEntries([...series].filter(([name]) => name.startsWith("caretaker_retention_")))).toEqual({
      'caretaker_retention_sessions_total{target="recordings",outcome="deleted",reason="ok"}': 7,
      'caretaker_retention_sessions_total{target="recordings",outcome="failed",reason="permission"}': 1,
      'caretaker_retention_runs_total{target="recordings",outcome="refused"}': 1,
      'caretaker_retention_freed_bytes_total{target="recordings"}': 65_536,
      'caretaker_retention_last_success_timestamp_seconds{target="recordings"}': 1_790_000_000,
      'caretaker_retention_next_run_timestamp_seconds{target="recordings"}': 1_800_000_000,
      'caretaker_retention_running{target="recordings"}': 0,
      'caretaker_retention_refused{target="recordings"}': 1,
      'caretaker_retention_unknown_entries{target="recordings",reason="name_mismatch"}': 4,
      'caretaker_retention_trash_sessions{target="recordings"}': 2,
      'caretaker_retention_trash_bytes{target="recordings"}': 4_096,
    });
  });

  it("tells of the process too", async () => {
    expect((await scrape()).get("process_cpu_seconds_total")).toBeGreaterThan(0);
  });

  it("has every series that the shipped Grafana dashboard and alert rules ask for", async () => {
    const shipped = ["grafana/caretaker.json", "prometheus/metric-alerts.yml"].map((name) =>
      readFileSync(fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url)), "utf8"),
    );
    const asked = new Set(shipped.join("\n").match(/\bcaretaker_[a-z_]+\b/g));
    const told = new Set([...(await text()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    expect([...asked].filter((name) => !told.has(name) && name !== "caretaker_ready")).toEqual([]);
  });

  it("is for whoever may read", async () => {
    const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
    const closed = spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, STATUS_TOKEN: "a-token-for-reading" });
    try {
      const url = `${await urlOf(closed)}/metrics`;
      expect((await fetch(url)).status).toBe(401);
      expect((await fetch(url, { headers: { authorization: "Bearer a-token-for-reading" } })).status).toBe(200);
    } finally {
      await stopApi(closed);
    }
  });
});
