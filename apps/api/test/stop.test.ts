import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { type Line, startTcpProxy, type TcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import {
  createStopTable,
  GOES_WRONG_WHEN_TOLD,
  toldOfStop,
  WAYS_TO_STOP,
} from "../../../scripts/testing/ways-to-stop.ts";
import { spawnApi, urlOf } from "./api-process.ts";
import { startSteadyLoad } from "./clients/steady-load.ts";

const table = createStopTable();
const directory = mkdtempSync(join(tmpdir(), "caretaker-stop-"));
afterAll(() => {
  console.info(table.format());
  rmSync(directory, { recursive: true });
});

const NOTES_CONNECTIONS = `--import=${new URL("../../../scripts/testing/fixtures/note-connections.mjs", import.meta.url).href}`;

const STEPS = ["drain", "drain delay", "close connections", "close redis"];

/** How long stopping may take besides its drain delay, on cores that others share: nothing in it waits for a peer. */
const BOUND_MS = 4_000;
const DRAIN_MS = 300;

function start(env: Record<string, string> = {}): SpawnedApp {
  return spawnApi({
    REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "",
    KEY_PREFIX: `stop-${randomUUID().slice(0, 8)}`,
    NODE_OPTIONS: GOES_WRONG_WHEN_TOLD,
    ...env,
  });
}

/** What an API is in the middle of when it is asked; resolves with what to expect of it afterwards. */
type Situation = (app: SpawnedApp, line: TcpProxy) => Promise<(accepted: readonly number[]) => Promise<void>>;

const NOT_LET_IN = /^(connect (ECONNREFUSED|ECONNRESET) .*|(read|write) (ECONNRESET|EPIPE))$/;

const nothing = async () => undefined;

const spoil =
  (line: Line): Situation =>
  async (app, proxy) => {
    await app.waitForLog((text) => text.includes("store reachable"));
    proxy.set(line);
    return nothing;
  };

const SITUATIONS: Readonly<Record<string, Situation>> = {
  idle: async () => nothing,
  "under load by clients that keep their connections": async (app) => {
    const connections = 8;
    const load = startSteadyLoad(`${await urlOf(app)}/health`, connections);
    await waitFor(() => (load.answers.get("200") ?? 0) > 50, { what: "some load" });
    return async (accepted) => {
      await load.stop();
      // Whoever comes as the listener closes is refused, or reset by the kernel before the API has seen it; nobody who was
      // let in is sent away without an answer.
      const answers = [...load.answers.keys()].filter((answer) => !NOT_LET_IN.test(answer));
      expect(answers).toEqual(["200"]);
      expect(accepted.length).toBeGreaterThanOrEqual(connections);
      expect(load.unanswered.filter((port) => accepted.includes(port))).toEqual([]);
    };
  },
  "Redis gone": spoil({ kind: "refuse" }),
  "Redis silent": spoil({ kind: "blackhole" }),
};

describe.each(Object.entries(SITUATIONS))("the API stops by the same steps, %s,", (now, situation) => {
  it.concurrent.each(WAYS_TO_STOP)("on $name", { timeout: 90_000 }, async ({ name, reason, code, ask }) => {
    const line = await startTcpProxy(portOfRedis());
    const noted = join(directory, randomUUID());
    const app = start({
      DRAIN_DELAY: `${DRAIN_MS}ms`,
      REDIS_URL: `redis://127.0.0.1:${line.port}`,
      NODE_OPTIONS: `${GOES_WRONG_WHEN_TOLD} ${NOTES_CONNECTIONS}`,
      CONNECTIONS_NOTED_IN: noted,
    });
    await urlOf(app);
    const thenExpect = await situation(app, line);
    const askedMs = performance.now();
    ask(app);
    expect(await app.exit).toEqual({ code, signal: null });
    const tookMs = performance.now() - askedMs;
    table.note(now, name, tookMs);
    expect(tookMs).toBeLessThan(DRAIN_MS + BOUND_MS);
    await thenExpect(JSON.parse(readFileSync(noted, "utf8")) as number[]);
    const told = toldOfStop(app);
    expect(told.reason).toBe(reason);
    expect(told.steps).toEqual(STEPS.map((step) => ({ step, ms: expect.any(Number), ok: true })));
    expect(app.stderrLines).toEqual([]);
    await line.stop();
  });
});

function portOfRedis(): number {
  return Number(new URL(process.env["CARETAKER_TEST_REDIS_URL"] ?? "redis://x:1").port);
}

describe("the API, asked to stop,", { timeout: 90_000 }, () => {
  it("serves through the drain delay: readiness is 503, liveness 200, and each response closes its connection", async () => {
    const app = start({ DRAIN_DELAY: "1s" });
    const url = await urlOf(app);
    app.child.kill("SIGTERM");
    await app.waitForLog((text) => text.includes('"step":"drain"'));
    const [ready, live] = await Promise.all([get(`${url}/health/ready`), get(`${url}/health`)]);
    expect(ready).toMatchObject({ status: 503, connection: "close" });
    expect(live).toMatchObject({ status: 200, connection: "close" });
    expect(live.body).toContain('"state":"draining"');
    expect(await app.exit).toEqual({ code: 0, signal: null });
  });

  it("answers what has arrived by the end of the drain delay, also where it had no core to read it before", async () => {
    const app = start({ DRAIN_DELAY: `${DRAIN_MS}ms` });
    const url = await urlOf(app);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await get(`${url}/health`, agent)).toMatchObject({ status: 200, connection: "keep-alive" });
    app.child.kill("SIGTERM");
    await app.waitForLog((text) => text.includes('"step":"drain"'));
    app.child.kill("SIGSTOP");
    const asked = get(`${url}/health`, agent);
    const stoppedMs = performance.now();
    await waitFor(() => performance.now() - stoppedMs > 2 * DRAIN_MS, { what: "more than the drain delay" });
    app.child.kill("SIGCONT");
    expect(await asked).toMatchObject({ status: 200, connection: "close" });
    expect(await app.exit).toEqual({ code: 0, signal: null });
    agent.destroy();
  });

  it("answers a request that was accepted before, however slowly it comes, and says 124 where it is not over by the deadline", async () => {
    for (const [finishes, code] of [
      [true, 0],
      [false, 124],
    ] as const) {
      const app = start({ SHUTDOWN_TIMEOUT: finishes ? "10s" : "1s" });
      const socket = connect(Number(new URL(await urlOf(app)).port), "127.0.0.1");
      await once(socket, "connect");
      socket.write("GET /health HTTP/1.1\r\nHost: slow\r\n");
      let answer = "";
      socket.on("data", (bytes) => {
        answer += String(bytes);
      });
      socket.on("error", () => undefined);
      // Once another connection was answered, this one has been read too.
      await get(`${await urlOf(app)}/health`);
      const askedMs = performance.now();
      app.child.kill("SIGTERM");
      await app.waitForLog((text) => text.includes('"step":"drain delay"'));
      if (finishes) socket.write("\r\n");
      expect(await app.exit).toEqual({ code, signal: null });
      expect(performance.now() - askedMs).toBeLessThan(1_000 + BOUND_MS);
      expect(toldOfStop(app).steps.map(({ step }) => step)).toEqual(STEPS);
      if (finishes) expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      socket.destroy();
    }
  });

  it("goes at once with 128 + n on a second signal", async () => {
    const app = start({ DRAIN_DELAY: "60s", SHUTDOWN_TIMEOUT: "90s" });
    await urlOf(app);
    app.child.kill("SIGTERM");
    await app.waitForLog((text) => text.includes('"step":"drain"'));
    const secondMs = performance.now() + 150;
    while (performance.now() < secondMs) await get(`${await urlOf(app)}/health`);
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 143, signal: null });
  });
});

interface Got {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
}

function get(url: string, agent: Agent | false = false): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers: { Connection: "keep-alive" } }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode, connection: response.headers.connection, body }));
    })
      .on("error", reject)
      .end();
  });
}
