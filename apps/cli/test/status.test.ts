import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../../scripts/redis/free-port.mjs";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "../../api/test/api-process.ts";
import { type DirectedCheck, type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { stopWorker } from "../../worker/test/worker-process.ts";
import { type CliRun, documentOf, runCli, scratchDirectory } from "./cli-process.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
beforeEach((context) => context.skip(redisUrl === "", "no Redis was found"));

const root = scratchDirectory();
const quick = { every: "1s", timeout: "500ms", failureThreshold: 1, successThreshold: 1 } as const;
const CHECKS: readonly DirectedCheck[] = [
  { name: "database", critical: true, ...quick },
  { name: "disk", scope: "host", ...quick },
];

interface Told {
  readonly verdict: string;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly ageMs: number }[];
  readonly workers: readonly { readonly host: string }[];
}

describe("of a fleet that runs", () => {
  let fleet: DirectedFleet;
  let worker: SpawnedApp;
  let api: SpawnedApp;
  const env = () => ({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a" });
  const status = (...args: string[]) => runCli(["status", ...args], env());

  beforeAll(async () => {
    if (redisUrl === "") return;
    fleet = openDirectedFleet(root, redisUrl, CHECKS);
    worker = fleet.start("host-a");
    api = spawnApi({ ...env(), STATUS_TOKEN: "canary-token-0123456789" });
    await Promise.all([fleet.untilState("database", "up"), fleet.untilState("disk@host-a", "up"), api.waitForPort()]);
  });
  afterAll(async () => {
    if (redisUrl === "") return;
    await Promise.all([stopWorker(worker), stopApi(api)]);
    fleet.close();
  });

  async function tell(check: string, field: string, direction: "pass" | "warn" | "fail") {
    fleet.direct(check, direction);
    await fleet.untilState(field, direction === "pass" ? "up" : direction === "warn" ? "degraded" : "down");
  }

  it("shows verdict, checks, workers and the store, and ends with 0", async () => {
    const { code, stdout, stderr } = await status();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toMatch(/^pass {2}redis:\/\/127\.0\.0\.1:\d+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    expect(stdout).toMatch(/^database +fleet +up +ok +pass +fresh/m);
    expect(stdout).toMatch(/^disk +host-a +up +ok +pass +fresh/m);
    expect(stdout).toMatch(/^store +fleet +up/m);
    expect(stdout).toMatch(/^WORKER +HOST +PID/m);
    expect(stdout).toContain("host-a");
  });

  it.each([
    ["a warning", "database", "database", "warn", 0, "warn"],
    ["a failure that is not critical", "disk", "disk@host-a", "fail", 0, "warn"],
    ["a critical failure", "database", "database", "fail", 1, "fail"],
  ] as const)("%s ends by the verdict", async (_name, check, field, direction, code, verdict) => {
    await tell(check, field, direction);
    const run = await status("--json");
    expect(run).toMatchObject({ code, stderr: "" });
    expect(documentOf<Told>(run).verdict).toBe(verdict);
    const nagios = await status("--format", "nagios");
    expect(nagios.code).toBe(verdict === "fail" ? 2 : 1);
    expect(nagios.stdout).toMatch(verdict === "fail" ? /^CRITICAL - 2 of 3/ : /^WARNING - 2 of 3 checks pass, /);
    await tell(check, field, "pass");
  });

  it("says what an API instance says, asked with its token, in one shape", async () => {
    await tell("disk", "disk@host-a", "fail");
    const url = await urlOf(api);
    const both = await waitFor(
      async () => {
        const viaApi = await runCli(["status", "--json", "--url", url], { STATUS_TOKEN: "canary-token-0123456789" });
        const [theirs, ours] = [documentOf<Told>(viaApi), documentOf<Told>(await status("--json"))];
        return theirs.verdict === ours.verdict ? { theirs, ours } : null;
      },
      { what: "the API to have heard", timeoutMs: 15_000 },
    );
    // Its host is this machine's too; ages and moments go on between the two questions.
    expect(withoutTime(both.theirs)).toEqual(withoutTime(both.ours));
    expect(both.ours.checks.find(({ name }) => name === "disk")?.state).toBe("down");
    await tell("disk", "disk@host-a", "pass");
  });

  it("is refused by an API without its token, and does not tell the one it has", async () => {
    const url = await urlOf(api);
    const without = await runCli(["status", "--url", url]);
    expect(without).toMatchObject({ code: 1, stdout: "" });
    expect(without.stderr).toContain("answered 401: set STATUS_TOKEN to its token");
    const wrong = await runCli(["status", "--url", url, "--format", "nagios"], { STATUS_TOKEN: "canary-wrong-token" });
    expect(wrong).toMatchObject({ code: 3, stdout: expect.stringContaining("STATUS_TOKEN is not its token") });
    expect(wrong.stdout + wrong.stderr).not.toContain("canary");
  });

  it("is the same again at once: asking changes nothing", async () => {
    const before = await fleet.client.hgetall(fleet.keys.states);
    await stopWorker(worker);
    const still = await fleet.client.hgetall(fleet.keys.states);
    await status();
    expect(await fleet.client.hgetall(fleet.keys.states)).toEqual(still);
    expect(Object.keys(still)).toEqual(Object.keys(before));
    worker = fleet.start("host-a");
    await waitFor(async () => documentOf<Told>(await status("--json")).workers.length > 0, { what: "the worker" });
  });
});

function withoutTime({ checks, ...rest }: Told) {
  const still = checks.map((check) => ({
    ...check,
    ageMs: 0,
    sinceMs: 0,
    durationMs: 0,
    pending: null,
    freshness: "",
  }));
  const workers = rest.workers.map((worker) => ({ ...worker, startedAtMs: 0, beatAtMs: 0, lastRunAtMs: 0 }));
  return { ...rest, checks: still, workers, nowMs: 0, source: "" };
}

describe("a store without a fleet", () => {
  it("is a pass that says that nobody has announced anything", async () => {
    const run = await runCli(["status"], { REDIS_URL: redisUrl, KEY_PREFIX: "nobody-here" });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("no worker has announced any checks");
  });
});

describe("a store that is away ends with 1 within 3 s, and is named", () => {
  // What a start of the process alone takes on this machine at the moment: before, and right after.
  let startMs = 0;
  beforeEach(async () => {
    startMs = (await runCli(["--version"])).tookMs;
  });

  async function expectAway(run: CliRun, why: RegExp) {
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(why);
    startMs = Math.max(startMs, (await runCli(["--version"])).tookMs);
    expect(run.tookMs - startMs).toBeLessThan(2_700);
  }

  it.each(["status", "watch", "explain database"])("refused: %s", async (command) => {
    const port = await freePort();
    const run = await runCli(command.split(" "), { REDIS_URL: `redis://:canary-1@127.0.0.1:${port}` });
    await expectAway(
      run,
      new RegExp(`store at redis://\\*\\*\\*@127\\.0\\.0\\.1:${port} is unreachable: .*ECONNREFUSED`),
    );
  });

  it("silent, and with another password than ours", async () => {
    const server = await startRedisServer({ password: "canary-2" });
    try {
      await expectAway(
        await runCli(["status"], { REDIS_URL: `redis://127.0.0.1:${server.port}` }),
        /NOAUTH|unreachable/,
      );
      server.pause();
      await expectAway(await runCli(["status"], { REDIS_URL: server.url }), /is unreachable: /);
      server.resume();
      const run = await runCli(["status", "--json"], { REDIS_URL: server.url });
      expect(documentOf<Told>(run).verdict).toBe("pass");
    } finally {
      await server.stop();
    }
  });

  it("for Nagios it is unknown, since nobody knows", async () => {
    const run = await runCli(["status", "--format", "nagios"], { REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect(run).toMatchObject({ code: 3, stdout: expect.stringMatching(/^UNKNOWN - the store at .*ECONNREFUSED/) });
  });
});

describe("an API that is none", () => {
  it("that is away, answers something else, or sends elsewhere, ends with 1 and says so", async () => {
    const answers: Record<string, [number, string]> = {
      "/a/status": [200, "{}"],
      "/b/status": [200, "no"],
      "/c/status": [302, ""],
    };
    const server = createServer((request, response) => {
      const [code, body] = answers[request.url ?? ""] ?? [404, ""];
      response.writeHead(code, { location: "/a/status" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asked = (path: string) => runCli(["status", "--url", `${url}${path}`]);
    const runs = await Promise.all(["/a", "/b/", "/c", "/d"].map(asked));
    await new Promise((resolve) => server.close(resolve));
    expect(runs.map(({ code, stdout }) => ({ code, stdout }))).toEqual(Array(4).fill({ code: 1, stdout: "" }));
    const whys = [
      /is not a status of this version/,
      /is not a status of this version/,
      /cannot be reached/,
      /answered 404/,
    ];
    for (const [index, why] of whys.entries()) expect(runs[index]?.stderr).toMatch(why);
    const away = await asked("/a");
    expect(away).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be reached: ECONNREFUSED/) });
  });
});
