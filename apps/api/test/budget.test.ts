import { afterEach, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const REDIS_URL = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";

let app: SpawnedApp | undefined;

afterEach(async () => {
  if (app !== undefined && app.child.exitCode === null) await stopApi(app);
});

function start(env: Record<string, string>): SpawnedApp {
  app = spawnApi({ REDIS_URL, KEY_PREFIX: "test-budget", ...env });
  return app;
}

it.each([
  ["10s", "10s"],
  ["11s", "10s"],
])("warns of a drain delay of %s with %s to stop in", async (DRAIN_DELAY, SHUTDOWN_TIMEOUT) => {
  const api = start({ DRAIN_DELAY, SHUTDOWN_TIMEOUT });
  const line = await api.waitForLog((text) => text.includes("stopping may take only 10s"));
  expect(JSON.parse(line)).toMatchObject({ level: "warn", rule: "shutdown" });
  await urlOf(api);
  api.child.kill("SIGKILL");
  await api.exit;
});

it("ends with 124 when draining outlasts the time to stop", async () => {
  const api = start({ DRAIN_DELAY: "60s", SHUTDOWN_TIMEOUT: "1s" });
  await urlOf(api);
  api.child.kill("SIGTERM");
  expect(await api.exit).toEqual({ code: 124, signal: null });
});

it("warns once, at start, where the balancer takes longer than draining", async () => {
  const api = start({ BALANCER: "haproxy", DRAIN_DELAY: "7999ms", LOG_FORMAT: "json" });
  const line = await api.waitForLog((text) => text.includes("may send traffic for 8s"));
  expect(JSON.parse(line)).toMatchObject({ level: "warn", rule: "drain" });
  await urlOf(api);
  expect(api.stdoutLines.filter((text) => text.includes("may send traffic"))).toHaveLength(1);
  api.child.kill("SIGKILL");
  await api.exit;
});

it("does not warn where draining takes long enough", async () => {
  const api = start({ BALANCER: "haproxy", DRAIN_DELAY: "8s", LOG_FORMAT: "json" });
  await urlOf(api);
  expect(api.stdoutLines.filter((text) => text.includes("may send traffic"))).toEqual([]);
  api.child.kill("SIGKILL");
  await api.exit;
});

it.each(["nginx", "HAPROXY"])("refuses the balancer %s", async (BALANCER) => {
  const { exit } = start({ BALANCER });
  expect(await exit).toMatchObject({ code: 78 });
});

it.each(["0%", "100%", "50", "0.5", "-1%"])("refuses a share of %s", async (MAX_UNAVAILABLE) => {
  const { exit, stderrLines } = start({ MAX_UNAVAILABLE });
  expect(await exit).toMatchObject({ code: 78 });
  expect(stderrLines.join()).toContain("a whole percentage from 1% to 99%");
});
