import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "./api-process.ts";

const ACL = fileURLToPath(new URL("../../../deploy/redis/users.acl", import.meta.url));
const WORKER = fileURLToPath(new URL("../../worker/dist/main.js", import.meta.url));
const ADMIN_TOKEN = "an-admin-token-for-tests";
// Nobody takes them: what is done with Redis for it is what counts here.
const NOTIFY = { NOTIFY_URL: "http://127.0.0.1:1/", NOTIFY_SECRET: "a-secret-of-the-receiver" };

const USERS = ["worker", "api", "reader"] as const;

/** The categories and commands that each user's part of the flow is made of. */
const COMMON = ["@read", "@transaction", "@connection", "time", "info", "cluster|slots", "cluster|keyslot"] as const;
const NEEDED: Readonly<Record<(typeof USERS)[number], readonly string[]>> = {
  worker: [...COMMON, "@write", "@scripting", "@pubsub"],
  // What it may write, and where, is held by the cases below.
  api: [...COMMON, "@write", "@scripting", "subscribe", "unsubscribe"],
  reader: [...COMMON, "subscribe", "unsubscribe"],
};

const directory = mkdtempSync(join(tmpdir(), "caretaker-acl-"));
const running: SpawnedApp[] = [];
const clients: Redis[] = [];
let redis: RedisServer;
let admin: Redis;
let url: string;

beforeAll(async () => {
  mkdirSync(join(directory, "recordings"));
  const aclfile = join(directory, "users.acl");
  // The shipped file, and somebody who may look into the log of refusals.
  writeFileSync(aclfile, `${readFileSync(ACL, "utf8")}user admin on >admin ~* &* +@all\n`);
  redis = await startRedisServer({ args: ["--aclfile", aclfile] });
  admin = connectAs("admin", "admin");
  keep(spawnApp({ entry: WORKER, cwd: tmpdir(), env: { DATA_DIR: directory, REDIS_URL: urlAs("worker"), ...NOTIFY } }));
  const api = keep(spawnApi({ REDIS_URL: urlAs("api"), ADMIN_TOKEN, MAX_UNAVAILABLE: "50%", QUEUE_BOARD: "true" }));
  url = await urlOf(api);
  await waitFor(async () => (await reports()).length > 0, { what: "the first report", timeoutMs: 20_000 });
}, 60_000);

afterAll(async () => {
  for (const client of clients) client.disconnect();
  await Promise.all(running.map(stopApi));
  await redis?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("under the shipped users", () => {
  it("a worker publishes, an API answers, and a cleanup is asked for over HTTP and done", async () => {
    await waitFor(async () => (await fetch(`${url}/health/ready`)).status === 200, { what: "readiness" });
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
    const asked = await fetch(`${url}/retention/recordings/runs`, { method: "POST", headers, body: "{}" });
    expect(asked.status).toBe(202);
    const { runId } = (await asked.json()) as { runId: string };
    await waitFor(async () => (await reports()).includes(runId), { what: "the run's report" });
    const before = await lastRunOf("disk");
    expect((await fetch(`${url}/checks/disk/runs`, { method: "POST", headers, body: "{}" })).status).toBe(202);
    await waitFor(async () => (await lastRunOf("disk")) > before, { what: "the run of the check", timeoutMs: 5_000 });
    expect(await refusals()).toEqual([]);
  });

  it("a plan is confirmed, a session asked back and a run cancelled over HTTP", async () => {
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
    const ask = async (method: string, path: string, body: unknown) => {
      const response = await fetch(`${url}/retention/recordings/${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      });
      return (await response.json()) as { url: string; code?: string };
    };
    const codeOf = (path: string) =>
      waitFor(async () => ((await (await fetch(url + path)).json()) as { code: string | null }).code, { what: path });
    const confirmed = await ask("POST", "confirm", { planId: "a".repeat(64) });
    expect(await codeOf(confirmed.url)).toBe("plan_stale");
    const restored = await ask("POST", "restore", { session: "never_20240101_120000" });
    expect(await codeOf(restored.url)).toBe("unknown_session");
    const again = await ask("POST", "runs", {});
    expect(["run_ended", undefined]).toContain((await ask("DELETE", again.url.replace(/.*\/runs/, "runs"), {})).code);
    expect(await refusals()).toEqual([]);
  });

  it("the queues are shown, and none of them changed", async () => {
    const response = await fetch(`${url}/queues/api/queues?activeQueue=checks&status=completed`);
    expect(response.status).toBe(200);
    const { queues } = (await response.json()) as { queues: { name: string; counts: { completed: number } }[] };
    expect(queues.map(({ name }) => name)).toEqual(expect.arrayContaining(["checks", "cleanup-recordings"]));
    expect(await refusals()).toEqual([]);
  });

  it("an API that may only read answers readiness and says that it cannot ask for a cleanup", async () => {
    const reader = keep(spawnApi({ REDIS_URL: urlAs("reader"), ADMIN_TOKEN }));
    const readerUrl = await urlOf(reader);
    await waitFor(async () => (await fetch(`${readerUrl}/health/ready`)).status === 200, { what: "readiness" });
    const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
    const asked = await fetch(`${readerUrl}/retention/recordings/runs`, { method: "POST", headers, body: "{}" });
    expect(asked.status).toBe(503);
  });

  it("nobody comes in without a name", async () => {
    await expect(connectAs("default", "anything").ping()).rejects.toThrow();
  });

  it("everybody may ask a Cluster where the keys are", async () => {
    for (const user of USERS)
      await expect(connectAs(user).cluster("SLOTS")).rejects.toThrow("cluster support disabled");
  });

  it.each(USERS)("%s may use no command of any other kind than it needs", async (user) => {
    const may = await allowedTo(user);
    const needed = new Set((await Promise.all(NEEDED[user].map(commandsOf))).flat());
    expect(may.filter((command) => !needed.has(command))).toEqual([]);
    const dangerous = await commandsOf("@dangerous");
    expect(may.filter((command) => dangerous.includes(command))).toEqual(["info"]);
  });

  it.each([
    ["reader", ["SET", "{caretaker}:health:sequence", "1"]],
    ["reader", ["DEL", "{caretaker}:health:states"]],
    ["reader", ["EVAL", "return 1", "0"]],
    ["reader", ["PUBLISH", "{caretaker}:changes", "{}"]],
    ["reader", ["HGETALL", "other:key"]],
    ["api", ["HSET", "{caretaker}:health:states", "database", "{}"]],
    ["api", ["HDEL", "{caretaker}:health:registry", "database"]],
    ["api", ["LPUSH", "{caretaker}:cleanup:reports:recordings", "{}"]],
    ["api", ["DEL", "{caretaker}:queues:checks:id"]],
    ["api", ["HSET", "{caretaker}:cleanup:sums:recordings", "freedBytes", "1"]],
    ["reader", ["SET", "{caretaker}:cleanup:cancelled:recordings:run-1", "no reason"]],
    ["api", ["EVAL", "return redis.call('SET', KEYS[1], 1)", "1", "{caretaker}:health:sequence"]],
    ["api", ["EVAL", "return redis.call('DEL', KEYS[1])", "1", "{caretaker}:queues:checks:id"]],
    ["api", ["PUBLISH", "{caretaker}:changes", "{}"]],
    ["api", ["SET", "other:key", "1"]],
    ["worker", ["SET", "other:key", "1"]],
    ["worker", ["EVAL", "return redis.call('SET', 'other:key', 1)", "0"]],
    ...["reader", "api", "worker"].flatMap((user): [string, string[]][] => [
      [user, ["FLUSHALL"]],
      [user, ["KEYS", "*"]],
      [user, ["CONFIG", "SET", "maxmemory", "1"]],
      [user, ["SHUTDOWN", "NOSAVE"]],
      [user, ["ACL", "LIST"]],
      [user, ["CLIENT", "KILL", "TYPE", "normal"]],
      [user, ["SUBSCRIBE", "other"]],
      [user, ["MONITOR"]],
    ]),
  ] as [string, string[]][])("%s may not %j", async (user, [name = "", ...args]) => {
    const client = connectAs(user);
    await expect(client.call(name, ...args)).rejects.toThrow(/NOPERM|ACL failure|can't access|no permissions/i);
  });
});

function keep(app: SpawnedApp): SpawnedApp {
  running.push(app);
  return app;
}

function urlAs(user: string, password = `change-me-${user}`): string {
  return `redis://${user}:${password}@127.0.0.1:${redis.port}`;
}

function connectAs(user: string, password?: string): Redis {
  const client = new Redis(urlAs(user, password), { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on("error", () => undefined);
  clients.push(client);
  return client;
}

async function reports(): Promise<string[]> {
  const { retention } = (await (await fetch(`${url}/status`)).json()) as {
    retention: { reports: { runId: string }[] }[];
  };
  return retention.flatMap((target) => target.reports.map(({ runId }) => runId));
}

/** Every command of this Redis that a user may use in some way, by asking for each. */
async function allowedTo(user: string): Promise<string[]> {
  const commands = (await admin.call("COMMAND", "LIST")) as string[];
  const arities = (await admin.call("COMMAND", "INFO", ...commands)) as [string, number][];
  const answers = await Promise.all(
    arities.map(async ([name, arity]) => {
      const words = name.split("|");
      const args = Array<string>(Math.max(0, Math.abs(arity) - words.length)).fill("{caretaker}:x");
      const answer = String(await admin.call("ACL", "DRYRUN", user, ...words, ...args).catch(String));
      // A key or channel that is refused is another matter: the command itself is allowed.
      return answer === "OK" || answer.includes("permissions to access") ? [name] : [];
    }),
  );
  return answers.flat().sort();
}

/** The commands of a category, or the command itself. */
async function commandsOf(name: string): Promise<readonly string[]> {
  return name.startsWith("@") ? ((await admin.call("ACL", "CAT", name.slice(1))) as string[]) : [name];
}

async function lastRunOf(name: string): Promise<number> {
  const { checks } = (await (await fetch(`${url}/status`)).json()) as { checks: { name: string; atMs: number }[] };
  return checks.find((check) => check.name === name)?.atMs ?? 0;
}

/** What Redis refused to anybody so far, as `user object`. */
async function refusals(): Promise<string[]> {
  const entries = (await admin.call("ACL", "LOG")) as unknown[][];
  return entries.map((flat) => {
    const fields = new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[String(name), flat[index + 1]]] : [])));
    return `${fields.get("username")} ${fields.get("reason")} ${fields.get("object")} in ${fields.get("context")}`;
  });
}
