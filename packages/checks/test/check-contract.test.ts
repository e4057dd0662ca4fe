import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
// The built package: the check starts a second file of it as a process.
import { sqlite } from "@caretaker/checks/sqlite";
import { type CheckHarness, checkContract, type MakeCheck } from "@caretaker/health/testing";
import Database from "better-sqlite3";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { command } from "../src/command.js";
import { directory } from "../src/directory.js";
import { disk } from "../src/disk.js";
import { dns } from "../src/dns.js";
import { eventLoop } from "../src/event-loop.js";
import { http } from "../src/http.js";
import { memory } from "../src/memory.js";
import { ollama } from "../src/ollama.js";
import { openAiCompatible } from "../src/open-ai-compatible.js";
import { queue } from "../src/queue.js";
import { redis } from "../src/redis.js";
import { secret } from "../src/secret.js";
import { tcp } from "../src/tcp.js";
import { tls } from "../src/tls.js";
import { startDnsStub } from "./dns-stub.ts";
import { startFullPort } from "./full-port.ts";
import { createLoopback } from "./loopback.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const CANARY = "canary-b7d1c94e02f6";
const VARIABLE = "CARETAKER_TEST_CANARY";
const SHORT = { every: "2s", timeout: "900ms" } as const;
const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const node = process.execPath;
let root: string;

beforeAll(() => {
  vi.stubEnv(VARIABLE, CANARY);
  root = mkdtempSync(join(tmpdir(), "caretaker-contract-"));
  const database = new Database(join(root, `${CANARY}.db`));
  database.exec("CREATE TABLE t (id INTEGER)");
  database.close();
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

type Make = (port: number) => CheckHarness["check"];

/** Against a server that answers every path with both lists of models, and its own secret. */
function served(make: Make): MakeCheck {
  return async () => {
    const loopback = createLoopback();
    const body = { secret: CANARY, models: [{ name: CANARY }], data: [{ id: CANARY }] };
    const server = createServer((_request, response) => void response.end(JSON.stringify(body)));
    return { check: make(await loopback.listen(server)), close: () => loopback.close() };
  };
}

/** Against a server that accepts connections and says nothing. */
function silent(make: Make): MakeCheck {
  return async () => {
    const loopback = createLoopback();
    return { check: make(await loopback.silentPort()), close: () => loopback.close() };
  };
}

function named(answer: "answers" | "is silent"): MakeCheck {
  return async () => {
    const stub = await startDnsStub(() => (answer === "answers" ? { addresses: ["192.0.2.1"] } : "nothing"));
    return { check: dns(`${CANARY}.test`, { ...SHORT, servers: [stub.address] }), close: () => stub.close() };
  };
}

const certified: MakeCheck = async () => {
  const loopback = createLoopback();
  const certificate = selfSignedCertificate();
  const server = createTlsServer(certificate, (socket) => void socket.on("error", () => {}));
  const options = { port: await loopback.listen(server), ca: certificate.cert, servername: "localhost" };
  return { check: tls("127.0.0.1", { ...SHORT, ...options }), close: () => loopback.close() };
};

const knocking: MakeCheck = async () => {
  const full = await startFullPort();
  return { check: tcp("127.0.0.1", full.port, SHORT), close: () => full.close() };
};

const url = (port: number) => `http://127.0.0.1:${port}/${CANARY}?key=${CANARY}`;
const withKey = { ...SHORT, key: () => CANARY };
const forEver = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
const overRedis = (port: number) => `redis://:${CANARY}@127.0.0.1:${port}`;

const CHECKS: Readonly<Record<string, { make: MakeCheck; stalled?: MakeCheck }>> = {
  sqlite: {
    make: () => sqlite(join(root, `${CANARY}.db`), SHORT),
    stalled: () => sqlite(join(root, `${CANARY}.db`), { ...SHORT, query: forEver }),
  },
  redis: {
    make: () => redis({ ...SHORT, url: redisUrl }),
    stalled: silent((port) => redis({ ...SHORT, url: overRedis(port) })),
  },
  command: {
    make: () => command(node, ["-e", `console.log("${CANARY}".repeat(1e5)); process.exit(3)`], SHORT),
    stalled: () => command(node, ["-e", "setInterval(() => {}, 1000)"], SHORT),
  },
  secret: {
    make: () => secret(VARIABLE, SHORT),
    stalled: () => secret(() => new Promise(() => {}), SHORT),
  },
  disk: { make: () => disk(root, SHORT) },
  directory: { make: () => directory(root, SHORT) },
  http: {
    make: served((port) => http(url(port), { ...SHORT, json: () => true })),
    stalled: silent((port) => http(url(port), SHORT)),
  },
  tcp: {
    make: silent((port) => tcp("127.0.0.1", port, SHORT)),
    ...(process.platform === "linux" ? { stalled: knocking } : {}),
  },
  dns: { make: named("answers"), stalled: named("is silent") },
  tls: { make: certified, stalled: silent((port) => tls("127.0.0.1", { ...SHORT, port })) },
  queue: {
    make: () => queue(CANARY, { ...SHORT, url: redisUrl, prefix: CANARY }),
    stalled: silent((port) => queue("emails", { ...SHORT, url: overRedis(port) })),
  },
  ollama: {
    make: served((port) => ollama({ ...SHORT, url: url(port), model: CANARY })),
    stalled: silent((port) => ollama({ ...SHORT, url: url(port) })),
  },
  "open-ai-compatible": {
    make: served((port) => openAiCompatible(url(port), withKey)),
    stalled: silent((port) => openAiCompatible(url(port), withKey)),
  },
  "event-loop": { make: () => eventLoop(SHORT) },
  memory: { make: () => memory(SHORT) },
};

describe.each(Object.entries(CHECKS))("%s", (name, { make, stalled }) => {
  const needsRedis = ["redis", "queue"].includes(name);
  beforeEach((context) => context.skip(needsRedis && redisUrl === "", "no Redis was found"));

  const options = { name, canaries: [CANARY], abortWithinMs: 600, ...(stalled === undefined ? {} : { stalled }) };
  it.each(checkContract(make, options))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

it("tries every check there is", async () => {
  const { default: manifest } = await import("../package.json", { with: { type: "json" } });
  expect(Object.keys(CHECKS)).toEqual(Object.keys(manifest.exports).map((path) => path.slice(2)));
});
