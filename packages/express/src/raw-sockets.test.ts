import { createServer, type Server } from "node:http";
import { createLifecycle } from "@caretaker/health";
import { createMemorySnapshotSource, sampleRecord, sampleSpec } from "@caretaker/health/testing";
import express from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { attach } from "./attach.js";
import { health } from "./health.js";
import type { HealthOptions } from "./health-options.js";
import { rawExchange } from "./testing/raw-exchange.js";
import { SETUPS } from "./testing/setups.js";
import { withServer } from "./testing/with-server.js";

function optionsWith(state: "up" | "down", changes: Partial<HealthOptions> = {}): HealthOptions {
  const lifecycle = createLifecycle();
  lifecycle.ready();
  const source = createMemorySnapshotSource({
    specs: new Map([["db", sampleSpec("db", { critical: true })]]),
    records: [sampleRecord("db", { state })],
  });
  return { source, lifecycle, hostId: "canary-host", ...changes };
}

// Byte for byte what these clients send (research: ecosystem §1.1, §1.3).
const CLIENTS: readonly (readonly [client: string, bytes: (path: string) => string])[] = [
  ["HAProxy, bare httpchk", (path) => `OPTIONS ${path} HTTP/1.0\r\n\r\n`],
  ["check_http -I", (path) => `GET ${path} HTTP/1.0\r\nUser-Agent: check_http\r\nConnection: close\r\n\r\n`],
  ["check_http -j HEAD", (path) => `HEAD ${path} HTTP/1.0\r\n\r\n`],
  ["Apache mod_proxy_hcheck", (path) => `GET ${path} HTTP/1.0\r\nHost: 10.0.0.1:80\r\n\r\n`],
  [
    "kubelet",
    (path) =>
      `GET ${path} HTTP/1.1\r\nHost: 10.0.0.1:80\r\nUser-Agent: kube-probe/1.33\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
  ],
  [
    "a balancer behind a proxy",
    (path) => `GET http://10.0.0.1${path} HTTP/1.1\r\nHost: 10.0.0.1\r\nConnection: close\r\n\r\n`,
  ],
];

describe.each(SETUPS)("$name", ({ prefix, build }) => {
  it.each(CLIENTS)("tells %s the real status", async (_, bytes) => {
    for (const [state, status] of [
      ["up", "200 OK"],
      ["down", "503 Service Unavailable"],
    ] as const) {
      const text = await withServer(build(optionsWith(state)), (port) =>
        rawExchange(port, bytes(`${prefix}/health/ready`)),
      );
      expect(text.split("\r\n")[0]).toBe(`HTTP/1.1 ${status}`);
      expect(text.toLowerCase()).not.toContain("etag");
    }
  });
});

it("tells Apache's OPTIONS * the real status", async () => {
  for (const [state, status] of [
    ["up", 200],
    ["down", 503],
  ] as const) {
    const server = createServer();
    attach(server, optionsWith(state));
    const text = await withServer(server, (port) => rawExchange(port, "OPTIONS * HTTP/1.0\r\n\r\n"));
    expect(text).toContain(`HTTP/1.1 ${status} `);
  }
});

it("ends a kept-alive connection while draining", async () => {
  const options = optionsWith("up");
  options.lifecycle.drain();
  const server = createServer();
  attach(server, options);
  // Without "Connection: close" in the answer this exchange would not end.
  const text = await withServer(server, (port) => rawExchange(port, "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"));
  expect(text).toContain("Connection: close");
  expect(text).toContain('{"status":"pass","state":"draining"}');
});

describe("an upgrade", () => {
  const UPGRADE =
    "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  it.each([
    ["server", (server: Server) => attach(server, optionsWith("up"))],
    ["app", () => undefined],
  ])("reaches its listener past attach(%s)", async (target, attachIt) => {
    const app = express();
    if (target === "app") attach(app, optionsWith("up"));
    const server = createServer(app);
    attachIt(server);
    server.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\nhello"));
    expect(await withServer(server, (port) => rawExchange(port, UPGRADE))).toMatch(/^HTTP\/1.1 101 .*hello$/s);
  });
});

describe("a middleware before the probes", () => {
  it("that replaces writeHead sees every header by its name", async () => {
    const seen: unknown[] = [];
    const app = express();
    app.use((_request, response, next) => {
      const { writeHead } = response;
      response.writeHead = ((statusCode: number, ...rest: unknown[]) => {
        seen.push(response.getHeader("x-health-status"), rest);
        return writeHead.call(response, statusCode);
      }) as typeof writeHead;
      next();
    });
    app.use(health(optionsWith("up")));
    const answer = await request(app).get("/health/ready");
    expect(answer.status).toBe(200);
    expect(answer.headers["x-health-status"]).toBe("pass");
    expect(seen).toEqual(["pass", []]);
  });

  it("that has set headers keeps them", async () => {
    const app = express();
    app.use((_request, response, next) => {
      response.setHeader("Strict-Transport-Security", "max-age=1");
      next();
    });
    app.use(health(optionsWith("up")));
    const answer = await request(app).get("/readyz");
    expect(answer.headers).toMatchObject({ "strict-transport-security": "max-age=1", "x-health-status": "pass" });
  });
});

describe("someone who answers while authorize is awaited", () => {
  it("is not interrupted", async () => {
    let admit: (admitted: boolean) => void = () => undefined;
    const admission = new Promise<boolean>((resolve) => {
      admit = resolve;
    });
    const app = express();
    app.use((_request, response, next) => {
      next();
      response.status(408).write("la");
      admit(true);
      // By then the probe's answer has been given up.
      setImmediate(() => response.end("te"));
    });
    app.use(health(optionsWith("up", { authorize: () => admission })));
    const answer = await request(app).get("/readyz?verbose");
    expect([answer.status, answer.text]).toEqual([408, "late"]);
  });
});

describe("what leaves in a body", () => {
  const CANARY = "canary";
  const outcome = {
    status: "fail",
    code: `connect ECONNREFUSED ${CANARY}.internal:5432` as "refused",
    durationMs: 1,
    measures: { [`${CANARY} /etc/passwd`]: { value: 1, unit: "" }, free: { value: 1, unit: `${CANARY}!` } },
  } as const;
  const source = createMemorySnapshotSource({
    specs: new Map([
      ["db", sampleSpec("db", { critical: true })],
      ["disk", sampleSpec("disk", { scope: "host" })],
    ]),
    records: [
      sampleRecord("db", { state: "down", outcome }),
      sampleRecord("disk", { state: "down", outcome, host: `${CANARY}-host` }),
    ],
  });
  const PATHS = [
    "/health",
    "/health/ready",
    "/health/startup",
    "/health/ready/db",
    "/health/ready/canary",
    "/readyz?exclude=canary",
  ];

  it.each(["none", "status"] as const)("is no host, path, or error text with detail %s", async (detail) => {
    for (const legacyBody of [false, true]) {
      const app = express();
      attach(app, optionsWith("up", { source, detail, legacyBody }));
      for (const path of PATHS) expect((await request(app).get(path)).text, path).not.toContain(CANARY);
    }
  });

  it("is the host alone with full detail", async () => {
    const app = express();
    attach(app, optionsWith("up", { source, detail: "full" }));
    const { text } = await request(app).get("/readyz");
    expect(text.split(CANARY)).toHaveLength(2);
    expect(text).toContain(`"host":"${CANARY}-host"`);
    expect(text).toContain("db failed for an internal reason");
  });
});

it("a body parser after the probes is never asked, even by a broken body", async () => {
  const app = express();
  app.use(health(optionsWith("up")), express.json());
  const answer = await request(app).get("/readyz").set("Content-Type", "application/json").send("{broken");
  expect(answer.status).toBe(200);
});

it("attach refuses what is neither an app nor a server", () => {
  for (const target of [null, undefined, {}, () => undefined, "app"]) {
    expect(() => attach(target as never, optionsWith("up"))).toThrow(/an Express app or a node:http server is needed/);
  }
});
