import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createStatusClient, type StatusClientOptions, type StatusUpdate } from "../src/client/index.js";

const STATUS = { version: 1, nowMs: 1, verdict: "pass", checks: [], retention: [] };
const CHANGE = {
  version: 1,
  nowMs: 2,
  set: { verdict: "fail" },
  checks: [],
  removedChecks: [],
  targets: [],
  removedTargets: [],
};
const frame = (event: string, data: unknown) => `event: ${event}\nid: 1\ndata: ${JSON.stringify(data)}\n\n`;

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function clientOf(answer: RequestListener, options: Partial<StatusClientOptions> = {}) {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return createStatusClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`, ...options });
}

/** Follows until enough was heard. */
async function heard(client: Awaited<ReturnType<typeof clientOf>>, count: number, silenceMs = 5_000) {
  const stop = new AbortController();
  const updates: StatusUpdate[] = [];
  for await (const update of client.events({ signal: stop.signal, silenceMs })) {
    updates.push(update);
    if (updates.length >= count) stop.abort();
  }
  return updates;
}

it("asks below its base address, with its token, and follows no redirect with it", async () => {
  const asked: unknown[] = [];
  const client = await clientOf(
    ({ url, headers }, response) => {
      asked.push([url, headers.authorization]);
      if (url?.includes("history")) response.writeHead(302, { Location: "http://127.0.0.1:9/" }).end();
      else response.end(JSON.stringify(STATUS));
    },
    { token: "secret" },
  );
  expect(await client.status()).toEqual(STATUS);
  await expect(client.history({ range: "7d", check: "a b" })).rejects.toThrow();
  expect(asked).toEqual([
    ["/base/status", "Bearer secret"],
    ["/base/status/history?range=7d&check=a+b", "Bearer secret"],
  ]);
});

it("puts events together from pieces of any size, and changes into the status", async () => {
  const beat = frame("heartbeat", { nowMs: 1 });
  const text = `retry: 3000\n\n: a comment\n\n${frame("status", STATUS)}${beat}${frame("change", CHANGE)}`;
  const client = await clientOf((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
  });
  expect(await heard(client, 3)).toEqual([
    { type: "status", status: STATUS, change: null },
    { type: "heartbeat", nowMs: 1 },
    { type: "status", status: { ...STATUS, nowMs: 2, verdict: "fail" }, change: CHANGE },
  ]);
});

it("counts a silent API as lost, says so, and asks again", async () => {
  let requests = 0;
  const client = await clientOf((_request, response) => {
    requests += 1;
    response.writeHead(200, { "Content-Type": "text/event-stream" }).write(frame("status", STATUS));
  });
  const updates = await heard(client, 3, 300);
  expect(updates.map(({ type }) => type)).toEqual(["status", "lost", "status"]);
  expect(updates[1]).toMatchObject({ error: { message: expect.stringMatching(/silent/) } });
  expect(requests).toBe(2);
});

it("asks an instance again that stops, and no more one that refuses or is of another version", async () => {
  let requests = 0;
  const problem = { status: 503, code: "draining", detail: "this instance is stopping: ask another" };
  const stopping = await clientOf((_request, response) => {
    requests += 1;
    if (requests === 1) response.writeHead(503).end(JSON.stringify(problem));
    else response.writeHead(200).write(frame("status", STATUS));
  });
  const [lost, status] = await heard(stopping, 2);
  expect(lost).toMatchObject({ type: "lost", error: { status: 503, problem } });
  expect(status).toMatchObject({ type: "status" });
  const refusing = await clientOf((_request, response) => void response.writeHead(401).end("{}"));
  await expect(heard(refusing, 1)).rejects.toMatchObject({ name: "StatusApiError", status: 401 });
  const newer = await clientOf(({ url }, response) => {
    const body = { ...STATUS, version: 2 };
    if (url?.endsWith("events")) response.writeHead(200).write(frame("status", body));
    else response.end(JSON.stringify(body));
  });
  await expect(heard(newer, 1)).rejects.toThrow("the answer is of version 2; this client knows 1");
  await expect(newer.status()).rejects.toThrow("the answer is of version 2; this client knows 1");
});

it("stops at once when it is told to, also between two tries", async () => {
  const client = await clientOf((_request, response) => void response.destroy());
  const stop = new AbortController();
  const updates: StatusUpdate[] = [];
  const following = (async () => {
    for await (const update of client.events({ signal: stop.signal })) updates.push(update);
  })();
  await waitFor(() => updates.length > 0, { what: "the loss" });
  stop.abort();
  await following;
});
