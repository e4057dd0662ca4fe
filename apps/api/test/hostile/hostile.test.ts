import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { defineCheck } from "@caretaker/health";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { spawnApi, stopApi, urlOf } from "../api-process.ts";
import { type FleetStore, openFleetStore } from "../fleet-store.ts";
import { exchange, type RawOptions } from "./raw-client.ts";
import { ROUTES, type Route } from "./routes.ts";

const STATUS_TOKEN = "a-status-token-for-hostile-tests";
const ADMIN_TOKEN = "an-admin-token-for-hostile-tests";
const CANARY = "canary-0451";
const CRLF = "\r\n";

let fleet: FleetStore;
let api: SpawnedApp;
let port: number;
let url: string;

beforeAll(async () => {
  const check = defineCheck({ name: "database", critical: true, run: () => undefined });
  fleet = await openFleetStore(process.env["CARETAKER_TEST_REDIS_URL"] ?? "", [check]);
  await fleet.publish(check, {});
  const redis = { REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "", KEY_PREFIX: fleet.prefix };
  api = spawnApi({ ...redis, STATUS_TOKEN, ADMIN_TOKEN, QUEUE_BOARD: "true", LOG_LEVEL: "debug" });
  url = await urlOf(api);
  port = await api.waitForPort();
  await waitFor(async () => (await fetch(`${url}/health/ready`)).status === 200, { what: "readiness" });
});

afterAll(async () => {
  await stopApi(api);
  await fleet.close();
});

/** A request with whatever head lines are given; the connection is closed after the answer. */
function requestTo({ method, path }: Pick<Route, "method" | "path">, lines: readonly string[] = [], body = ""): string {
  return [`${method} ${path} HTTP/1.1`, "Host: a", "Connection: close", ...lines, "", body].join(CRLF);
}

async function statusOf(bytes: string, options?: RawOptions): Promise<number | undefined> {
  return (await exchange(port, bytes, options)).statuses[0];
}

const RIGHT = { nothing: "", reading: STATUS_TOKEN, doing: ADMIN_TOKEN } as const;
const json = (body: string) => ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(body)}`];

describe.each(ROUTES)("$method $path", (route) => {
  const { needs, method } = route;
  const isGuarded = needs !== "nothing";
  // Wrong tokens are counted by address: each route is tried from one of its own.
  const from = `127.0.1.${ROUTES.indexOf(route) + 1}`;
  const authorized = isGuarded ? [`Authorization: Bearer ${RIGHT[needs]}`] : [];

  it("lets in whoever it should, and nobody with a token that is wrong, cut, padded, doubled or of another kind", async () => {
    const right = await statusOf(requestTo(route, [...authorized, ...json("{}")], "{}"));
    expect([200, 202, 404, 503]).toContain(right);
    if (!isGuarded) return;
    const token = RIGHT[needs];
    const wrong = [
      ...[[], ["Authorization:"], ["Authorization: Bearer"], [`Authorization: Basic ${btoa(`admin:${token}`)}`]],
      ...[
        `${token}x`,
        token.slice(0, -1),
        token.toUpperCase(),
        `${token} ${token}`,
        `${token},${token}`,
        "null",
        "%00",
      ].map((text) => [`Authorization: Bearer ${text}`]),
      [`Authorization: Bearer x`, `Authorization: Bearer ${token}`],
      [`Cookie: token=${token}`],
      [`X-Forwarded-For: 127.0.0.1`, "X-Forwarded-Host: localhost", "X-Original-URL: /health"],
      ...(needs === "doing" ? [[`Authorization: Bearer ${STATUS_TOKEN}`]] : []),
    ];
    for (const lines of wrong) expect(await statusOf(requestTo(route, lines), { from }), lines.join()).toBe(401);
    expect(await statusOf(requestTo({ method, path: `${route.path}?token=${token}` }), { from })).toBe(401);
  });

  it("refuses a head that is too long or too many, and goes on", async () => {
    const long = `X-Long: ${"a".repeat(20_000)}`;
    const many = Array.from({ length: 2_000 }, (_, index) => `X-${index}: aaaaaaaa`);
    expect(await statusOf(requestTo(route, [long]))).toBe(431);
    expect(await statusOf(requestTo(route, many))).toBe(431);
    expect(await statusOf(requestTo({ method, path: `${route.path}?${"a".repeat(20_000)}` }))).toBe(431);
  });

  it("takes no large body into memory: it is refused, or not read", async () => {
    const body = `{"reason":"${"a".repeat(1_000_000)}"}`;
    const status = await statusOf(requestTo(route, [...authorized, ...json(body)], body));
    if (method !== "GET") expect(status).toBe(413);
    else expect([200, 404, 503]).toContain(status);
    if (isGuarded) expect(await statusOf(requestTo(route, json(body), body))).toBe(401);
  });

  it("refuses what two parsers could read in two ways", async () => {
    const twice = ["Content-Length: 2", "Content-Length: 3"];
    const both = ["Content-Length: 2", "Transfer-Encoding: chunked"];
    for (const lines of [twice, both, ["Transfer-Encoding: chunked, x"], ["X : a"], ["X: a\rY: b"], ["X: a\0b"]])
      expect(await statusOf(requestTo(route, lines, "{}")), JSON.stringify(lines)).toBe(400);
    expect(await statusOf(`${method} ${route.path} HTTP/9.9${CRLF}${CRLF}`)).toBe(400);
  });

  // Of the others there is no token to go without.
  if (isGuarded) {
    it("is reached by no other spelling without its token", async () => {
      const { path } = route;
      const encoded = path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
      const spellings = [
        ...[`${path}/`, `/${path}`, `//a${path}`, path.toUpperCase(), encoded, `/.${path}`, `/x/..${path}`],
        ...[`/health/..${path}`, `/health/ready/..${path}`, `/health/%2e%2e${path}`, `/health%2f..${path}`],
        ...[`${path}%00`, `${path};a=b`, `${path}?a`, `${path}#a`, `${path}%20`, path.replaceAll("/", "\\")],
        ...[`http://a${path}`, `http://a/health${path}`, `http://127.0.0.1:1${path}`],
      ];
      for (const spelling of spellings) {
        const status = await statusOf(requestTo({ method, path: spelling }));
        expect([400, 401, 404, 405], spelling).toContain(status);
      }
    });
  }
});

describe("the API under attack", () => {
  it("serves no file from outside the page's directory", async () => {
    const up = ["..", "%2e%2e", "..%2f..", "%252e%252e", "..\\..", "....//", ".%00."];
    const paths = up.flatMap((dots) => [3, 8].map((depth) => `/${Array(depth).fill(dots).join("/")}/etc/passwd`));
    const others = ["/package.json", "/src/index.ts", "/.env", "/.git/config", "//etc/passwd", "/icon.svg%00.html"];
    for (const path of [...paths, ...others, "/icon.svg/../../package.json", "file:///etc/passwd"]) {
      const { text, statuses } = await exchange(port, requestTo({ method: "GET", path }));
      expect([400, 403, 404], path).toContain(statuses[0]);
      expect(text, path).not.toMatch(/root:|"name"/);
    }
  });

  it("answers a hundred requests that come at once on one connection, each with its own answer, in order", async () => {
    const paths = Array.from(
      { length: 100 },
      (_, index) => (["/health", "/status", "/none"] as const)[index % 3] ?? "",
    );
    const bytes = paths.map((path) => `GET ${path} HTTP/1.1${CRLF}Host: a${CRLF}${CRLF}`).join("");
    const { statuses } = await exchange(port, bytes, { answers: 100 });
    const expected: Readonly<Record<string, number>> = { "/health": 200, "/status": 401, "/none": 404 };
    expect(statuses).toEqual(paths.map((path) => expected[path]));
  });

  it("lets nobody write lines into its log, and logs no token that was tried", async () => {
    const lines = [
      `User-Agent: a%0d%0a{"level":"error","msg":"${CANARY}"}`,
      `X-Request-Id: \u001b[31m${CANARY}`,
      `Referer: http://${CANARY}/\u2028`,
      `Authorization: Bearer ${CANARY}-token`,
      `X-Forwarded-For: ${CANARY}`,
    ];
    for (const route of ROUTES)
      for (const path of [route.path, `${route.path}/%0a${CANARY}`, `/%E0%A4%A${CANARY}`])
        await statusOf(requestTo({ ...route, path }, [...lines, ...json("{")], "{"), { from: "127.0.0.8" });
    for (const line of api.stdoutLines) expect(() => JSON.parse(line), line).not.toThrow();
    expect([...api.stdoutLines, ...api.stderrLines].filter((line) => line.includes(CANARY))).toEqual([]);
  });

  it("stops looking at tokens from an address that sent too many wrong ones, right ones too, and never limits a probe", async () => {
    const from = "127.0.0.7";
    const ask = (path: string, token: string) =>
      statusOf(requestTo({ method: "GET", path }, [`Authorization: Bearer ${token}`]), { from });
    const statuses: (number | undefined)[] = [];
    for (let index = 0; index < 300; index += 1) statuses.push(await ask("/status", `guess-${index}`));
    expect(statuses.indexOf(429)).toBe(100);
    expect(new Set(statuses.slice(100))).toEqual(new Set([429]));
    expect(await ask("/status", STATUS_TOKEN)).toBe(429);
    expect([await ask("/health", "guess"), await ask("/health/ready?verbose", STATUS_TOKEN)]).toEqual([200, 200]);
    const elsewhere = requestTo({ method: "GET", path: "/status" }, [`Authorization: Bearer ${STATUS_TOKEN}`]);
    expect(await statusOf(elsewhere)).toBe(200);
  });
});

describe("probes stay fast", () => {
  it("while 10,000 connections come, half of them in the middle of a head, and all of them are closed in time", async (context) => {
    const limit =
      Number(execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim()) || Number.POSITIVE_INFINITY;
    context.skip(limit < 12_000, `no process may open 12,000 files here (ulimit -Hn is ${limit})`);
    const quiet = await measureWhile(() => delay(1_500));
    const before = openConnections();
    const slowBodies = Array.from({ length: 20 }, sendSlowBody);
    let open = quiet;
    let peak = 0;
    const throughout = await measureWhile(async () => {
      const crowds = ["127.0.0.5", "127.0.0.6"].map((from) => startTool("crowd.mjs", [String(port), "5000", from]));
      for (const crowd of crowds)
        await crowd.waitForLog((line) => line.includes('"opened":5000'), { timeoutMs: 60_000 });
      peak = crowds.reduce((sum, { stdoutLines }) => sum + (JSON.parse(stdoutLines[0] ?? "{}") as Crowd).mostOpen, 0);
      open = await measureWhile(() => delay(2_000));
      // A head may take ten seconds, a body fifteen, and that is looked at every two.
      const areGone = () => openConnections() < before + slowBodies.length + 10;
      await waitFor(areGone, { timeoutMs: 25_000, what: "the server to close them" });
      for (const crowd of crowds) {
        crowd.child.stdin?.write("over\n");
        await crowd.exit;
        expect(crowd.stdoutLines.at(-1)).toBe('{"stillOpen":0}');
      }
    });
    expect(new Set(await Promise.all(slowBodies))).toEqual(new Set(["408, closed"]));
    console.log(`probes, with up to ${peak} connections:`, JSON.stringify({ quiet, open, throughout }));
    // On a busy machine the first are closed before the last are there.
    expect(peak).toBeGreaterThan(5_000);
    expect([quiet.failed, open.failed, throughout.failed]).toEqual([0, 0, 0]);
    // Far below the second after which a kubelet gives up.
    expect(throughout.p99Ms).toBeLessThan(100);
    expect(throughout.maxMs).toBeLessThan(1_000);
  }, 120_000);
});

/** A body whose bytes come one in two seconds; gives how it ended. */
async function sendSlowBody(): Promise<string> {
  const head = requestTo(ROUTES.at(-1) as Route, [
    `Authorization: Bearer ${ADMIN_TOKEN}`,
    "Content-Type: application/json",
    "Content-Length: 1000",
  ]);
  const { statuses, closed } = await exchange(port, head, { answers: 2, timeoutMs: 40_000, everyMs: 2_000 });
  return `${statuses}, ${closed ? "closed" : "open"}`;
}

function startTool(name: string, args: readonly string[]): SpawnedApp {
  return spawnApp({ entry: fileURLToPath(new URL(`./${name}`, import.meta.url)), args });
}

/** What a crowd tells when all of it have come. */
interface Crowd {
  /** At one moment. */
  readonly mostOpen: number;
}

interface Measured {
  readonly failed: number;
  /** Without the waiting for a core. */
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a prober in a process of its own saw meanwhile. */
async function measureWhile(work: () => Promise<unknown>): Promise<Measured> {
  const prober = startTool("prober.mjs", [url, String(api.child.pid)]);
  await work();
  prober.child.stdin?.write("over\n");
  await prober.exit;
  return JSON.parse(prober.stdoutLines.at(-1) ?? "null") as Measured;
}

/** How many connections the API has, as the kernel tells. */
function openConnections(): number {
  return readdirSync(`/proc/${api.child.pid}/fd`).length;
}
