import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import type { CheckDefinition } from "@caretaker/health";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { redis } from "../src/redis.js";
import { runAlone } from "./run-alone.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";

const sharedUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function ownServer(...args: Parameters<typeof startRedisServer>): Promise<RedisServer> {
  const server = await startRedisServer(...args);
  closing.push(() => server.stop());
  return server;
}

function run(check: CheckDefinition) {
  return check.run({ signal: AbortSignal.timeout(5_000) });
}

async function connectionsOf(url: string): Promise<number> {
  const client = new Redis(url);
  const list = String(await client.client("LIST"))
    .trim()
    .split("\n");
  await client.quit();
  return list.length - 1;
}

beforeEach((context) => context.skip(sharedUrl === "", "no Redis was found"));

describe("redis", () => {
  it("passes for a master that evicts nothing, with its measures", async () => {
    expect(await run(redis({ url: sharedUrl, maxLatency: "5s" }))).toMatchObject({
      status: "pass",
      code: "ok",
      measures: {
        latencyMs: { value: expect.any(Number), unit: "ms" },
        usedMemoryBytes: { value: expect.any(Number), unit: "bytes" },
      },
    });
  });

  it("warns where keys may be evicted", async () => {
    const server = await ownServer({ args: ["--maxmemory-policy", "allkeys-lru"] });
    expect(await run(redis({ url: server.url }))).toMatchObject({ status: "warn", code: "threshold" });
  });

  it("warns when the ping took longer than it may", async () => {
    const client = {
      ping: () => new Promise((resolve) => setTimeout(resolve, 20)),
      info: () => Promise.resolve("role:master\r\nmaxmemory_policy:noeviction\r\n"),
    };
    expect(await run(redis({ client, maxLatency: "10ms" }))).toMatchObject({ status: "warn", code: "threshold" });
    expect(await run(redis({ client, maxLatency: "5s" }))).toMatchObject({ status: "pass" });
  });

  it("fails for a replica", async () => {
    const { port } = new URL(sharedUrl);
    const server = await ownServer({ args: ["--replicaof", "127.0.0.1", port || "6379"] });
    expect(await run(redis({ url: server.url }))).toMatchObject({ status: "fail", code: "bad_status" });
  });

  it("says unauthorized for a missing or wrong password, and permission for a forbidden command", async () => {
    const server = await ownServer({ password: "right" });
    const host = `127.0.0.1:${server.port}`;
    for (const url of [`redis://${host}`, `redis://:wrong@${host}`]) {
      expect(await run(redis({ url }))).toMatchObject({ status: "fail", code: "unauthorized" });
    }
    expect(await run(redis({ url: server.url }))).toMatchObject({ status: "pass" });
    const admin = new Redis(server.url);
    closing.push(() => admin.disconnect());
    await admin.call("ACL", "SETUSER", "reader", "on", ">p", "-@all", "+ping");
    expect(await run(redis({ url: `redis://reader:p@${host}` }))).toMatchObject({ code: "permission" });
    await admin.call("ACL", "SETUSER", "reader", "+info");
    expect(await run(redis({ url: `redis://reader:p@${host}` }))).toMatchObject({ status: "pass" });
  });

  it("keeps one connection over many runs", async () => {
    const server = await ownServer();
    const check = redis({ url: server.url });
    for (let count = 0; count < 5; count += 1) expect(await run(check)).toMatchObject({ status: "pass" });
    expect(await connectionsOf(server.url)).toBe(1);
  });

  it("does not keep a process alive that has nothing left to do", async () => {
    expect(await runAlone("redis", { url: sharedUrl, maxLatency: "5s" })).toMatchObject({ status: "pass" });
  });

  it("drops a connection that went silent, so that the next run has a new one", async () => {
    const proxy = await freezableProxy(Number(new URL(sharedUrl).port));
    const check = redis({ url: `redis://127.0.0.1:${proxy.port}`, maxLatency: "5s" });
    expect(await run(check)).toMatchObject({ status: "pass" });
    proxy.freeze();
    expect(await check.run({ signal: AbortSignal.timeout(100) })).toMatchObject({ status: "fail", code: "timeout" });
    expect(await run(check)).toMatchObject({ status: "pass" });
  });

  it("says refused while it is down, and recovers with it", async () => {
    const server = await ownServer();
    const check = redis({ url: server.url });
    expect(await run(check)).toMatchObject({ status: "pass" });
    await server.kill9();
    await waitFor(async () => (await run(check))?.code === "refused", { what: "refused" });
    await server.restart();
    expect(await run(check)).toMatchObject({ status: "pass" });
    expect(await connectionsOf(server.url)).toBe(1);
  });

  it("ends at once when it is aborted while the server is silent, and recovers with it", async () => {
    const server = await ownServer();
    const check = redis({ url: server.url });
    expect(await run(check)).toMatchObject({ status: "pass" });
    server.pause();
    const startedMs = performance.now();
    expect(await check.run({ signal: AbortSignal.timeout(100) })).toMatchObject({ status: "fail", code: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(400);
    server.resume();
    expect(await run(check)).toMatchObject({ status: "pass" });
  });

  it("ends at once when it is aborted while connecting to a peer that says nothing", async () => {
    const url = `redis://127.0.0.1:${await listening(createServer())}`;
    expect(await redis({ url }).run({ signal: AbortSignal.timeout(50) })).toMatchObject({ code: "timeout" });
  });

  it("says dns for a name that cannot be resolved, and refused for a socket that is not there", async () => {
    expect(await run(redis({ url: "redis://caretaker.invalid" }))).toMatchObject({ code: "dns" });
    expect(await run(redis({ url: join(tmpdir(), "caretaker-no-such.sock") }))).toMatchObject({ code: "refused" });
  });

  it("says tls for a certificate nobody vouches for", async () => {
    const port = await listening(createTlsServer(selfSignedCertificate()));
    expect(await run(redis({ url: `rediss://127.0.0.1:${port}` }))).toMatchObject({ status: "fail", code: "tls" });
  });
});

/** Forwards to a port; once frozen, the connections it has stay open and say nothing, and only new ones work. */
async function freezableProxy(target: number): Promise<{ port: number; freeze: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const upstream = connect(target, "127.0.0.1");
    sockets.push(socket, upstream);
    for (const end of [socket, upstream]) end.on("error", () => {});
    socket.pipe(upstream).pipe(socket);
  });
  const port = await listening(server);
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  const freeze = () => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return { port, freeze };
}

async function listening(server: Server): Promise<number> {
  const sockets: Socket[] = [];
  server.on("connection", (socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
