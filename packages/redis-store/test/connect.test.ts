import { type AddressInfo, createServer, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startTcpProxy } from "../../../scripts/testing/tcp-proxy.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type ConnectionRole, connect, connectForWorker, type RedisTarget } from "../src/index.js";
import { sharedUrl } from "./fleet.ts";

const open: Redis[] = [];

beforeEach((context) => context.skip(sharedUrl === "", "no Redis was found"));

afterEach(() => {
  for (const client of open.splice(0)) client.disconnect();
});

function keep(client: Redis): Redis {
  open.push(client);
  return client;
}

const { hostname: host, port } = new URL(sharedUrl || "redis://localhost:6379");
const SETTINGS = { host, port: Number(port), db: 3, lazyConnect: true, keyPrefix: "theirs:", commandTimeout: 7 };

it.each<[string, () => RedisTarget, number]>([
  ["a URL", () => `${sharedUrl}/3`, 3],
  ["options", () => SETTINGS, 3],
  ["a client", () => keep(new Redis(SETTINGS)), 3],
])("connects to %s, with the bounds of each role and the caller's database", async (_name, target, db) => {
  const bounds = {
    reader: { commandTimeout: 1_500, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
    store: { commandTimeout: 1_500, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
    producer: { commandTimeout: 1_500, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
    queue: { enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: 2_500 },
    blocking: { enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: 15_000 },
  } satisfies Record<ConnectionRole, object>;
  for (const role of Object.keys(bounds) as ConnectionRole[]) {
    const client = keep(connect(target(), role, () => undefined));
    expect(client.options).toMatchObject({ ...bounds[role], db, keyPrefix: "", lazyConnect: false });
    if (role === "queue" || role === "blocking") expect(client.options.commandTimeout).toBeUndefined();
    await waitFor(() => client.status === "ready");
    expect(await client.client("GETNAME")).toBe(`caretaker-${role}`);
  }
});

it("gives the copy that BullMQ makes the bounds of a blocking read", async () => {
  const client = keep(connectForWorker(sharedUrl, () => undefined));
  const copy = keep(client.duplicate({ connectionName: "theirs" }));
  expect(copy.options).toMatchObject({ maxRetriesPerRequest: null, socketTimeout: 15_000, connectionName: "theirs" });
  await waitFor(() => copy.status === "ready");
});

it.each<ConnectionRole>(["store", "queue"])(
  "finds out within seconds that the line of an idle %s connection is dead, and connects anew",
  async (role) => {
    const proxy = await startTcpProxy(Number(port));
    const client = keep(connect({ host: "127.0.0.1", port: proxy.port }, role, () => undefined));
    await waitFor(() => client.status === "ready");
    let closed = 0;
    client.on("close", () => {
      closed += 1;
    });
    proxy.set({ kind: "half-open" });
    await waitFor(() => closed === 1 && client.status === "ready", { timeoutMs: 4_500, what: "a new connection" });
    client.disconnect();
    await proxy.stop();
  },
);

it("gives up a connection that is accepted and never greeted, whatever it is for", async () => {
  let accepted = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    accepted += 1;
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const silent = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
  keep(keep(connectForWorker(silent, () => undefined)).duplicate());
  await waitFor(() => accepted >= 4, { what: "both to try again", timeoutMs: 8_000 });
  for (const client of open.splice(0)) client.disconnect();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe("the blocking read's connection", () => {
  async function openPair() {
    const proxy = await startTcpProxy(Number(port));
    const client = keep(connectForWorker({ host: "127.0.0.1", port: proxy.port }, () => undefined));
    const copy = keep(client.duplicate());
    let closed = 0;
    copy.on("close", () => {
      closed += 1;
    });
    return { proxy, copy, closed: () => closed };
  }

  it("does not wait out the silence of a read to find that the line is dead: the other one's end is its own", async () => {
    const { proxy, copy, closed } = await openPair();
    await waitFor(() => copy.status === "ready");
    proxy.set({ kind: "half-open" });
    await waitFor(() => closed() === 1 && copy.status === "ready", { timeoutMs: 4_500, what: "a new connection" });
    await proxy.stop();
  });

  it("starts over where its handshake is not answered", async () => {
    const { proxy, copy, closed } = await openPair();
    await waitFor(() => copy.status === "ready");
    proxy.set({ kind: "blackhole" });
    copy.disconnect(true);
    await waitFor(() => copy.status === "connect", { what: "an unanswered handshake" });
    const before = closed();
    proxy.set({ kind: "half-open" });
    await waitFor(() => closed() > before && copy.status === "ready", { timeoutMs: 4_500, what: "a new connection" });
    await proxy.stop();
  });
});

it("reports a server that is not there, and goes on trying", async () => {
  const errors: Error[] = [];
  const client = keep(connect({ host: "127.0.0.1", port: 1 }, "store", (error) => errors.push(error)));
  await waitFor(() => errors.length >= 2);
  expect(errors[0]).toMatchObject({ code: "ECONNREFUSED" });
  await expect(client.ping()).rejects.toThrow();
});
