import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Status } from "@caretaker/status";
import express from "express";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createStatusEvents, type StatusEvents, type StatusEventsOptions } from "../src/events/status-events.ts";
import { type Follower, follow } from "./follower.ts";

// More than the buffers of a local connection take in a few of them.
const PADDING = "x".repeat(1_000_000);

let server: Server;
let events: StatusEvents;
let url: string;
let responses: ServerResponse[];
let change: () => void;
let count: number;
const open: { destroy?: () => void; close?: () => void }[] = [];

async function serve(options: Partial<StatusEventsOptions> = {}): Promise<void> {
  const listeners = new Set<() => void>();
  events = createStatusEvents({
    describe: () =>
      ({ nowMs: 1, checks: [], retention: [], drainDelayMs: count, problems: [PADDING + count] }) as unknown as Status,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...options,
  });
  change = () => {
    count += 1;
    for (const listener of listeners) listener();
  };
  const app = express();
  app.get("/status/events", (_request, response, next) => {
    responses.push(response);
    next();
  });
  app.get("/status/events", events.handle);
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(() => {
  count = 0;
  responses = [];
});

afterEach(async () => {
  for (const one of open.splice(0)) {
    one.destroy?.();
    one.close?.();
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A client that asks, and never reads. */
async function neverRead(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  open.push(socket);
  socket.on("error", () => undefined);
  socket.pause();
  socket.write("GET /status/events HTTP/1.1\r\nHost: test\r\n\r\n");
  await waitFor(() => responses.length > 0, { what: "its request" });
  return socket;
}

async function listen(): Promise<Follower> {
  const follower = await follow(url);
  open.push(follower);
  await waitFor(() => follower.heard.length > 0, { what: "the status" });
  return follower;
}

it("drops a client that does not read, buffers no more than one event for it, and serves the others", async () => {
  // Long enough for several changes while it is stuck.
  await serve({ dropAfterMs: 3_000 });
  await neverRead();
  const [stuck] = responses;
  const reader = await listen();
  let mostBytes = 0;
  await waitFor(
    () => {
      change();
      mostBytes = Math.max(mostBytes, stuck?.writableLength ?? 0);
      return events.clients() === 1;
    },
    { what: "the drop", timeoutMs: 20_000 },
  );
  expect(stuck?.destroyed).toBe(true);
  expect(mostBytes).toBeLessThan(1.2 * PADDING.length);
  const seen = reader.heard.length;
  change();
  await waitFor(() => reader.heard.length > seen, { what: "the next change" });
  expect(reader.hasEnded()).toBe(false);
});

it("gives a client that catches up in time the whole status again, and not what it missed", async () => {
  await serve({ dropAfterMs: 60_000 });
  const follower = await listen();
  const [response] = responses;
  follower.response.pause();
  let full = 0;
  await waitFor(
    () => {
      change();
      // A line that is only busy is empty again a moment later.
      full = (response?.writableLength ?? 0) > 0 ? full + 1 : 0;
      return full > 20;
    },
    { what: "a full line", timeoutMs: 20_000 },
  );
  const before = follower.heard.length;
  follower.response.resume();
  const isWhole = ({ event, data }: Follower["heard"][number]) =>
    event === "status" && (data as Status).drainDelayMs === count;
  await waitFor(() => follower.heard.slice(before).some(isWhole), { what: "the whole status" });
  const seen = follower.heard.length;
  change();
  await waitFor(() => follower.heard.length > seen, { what: "a change after it" });
  expect(follower.heard.at(-1)?.event).toBe("change");
});

it("beats while nothing changes, and tells everybody to go when it ends", async () => {
  await serve({ heartbeatMs: 30 });
  const follower = await listen();
  const beats = () => follower.heard.filter(({ event }) => event === "heartbeat").length;
  await waitFor(() => beats() > 2, { what: "heartbeats" });
  expect(follower.heard.map(({ event }) => event)).not.toContain("change");
  await neverRead();
  events.end();
  await waitFor(() => follower.hasEnded() && events.clients() === 0, { what: "the end" });
  expect((await fetch(`${url}/status/events`)).status).toBe(503);
});

it("takes no more clients than it may, and works nothing out without one", async () => {
  let described = 0;
  await serve({
    maxClients: 1,
    describe: () => {
      described += 1;
      return { nowMs: 1, checks: [], retention: [] } as unknown as Status;
    },
  });
  change();
  expect(described).toBe(0);
  const follower = await listen();
  const refused = await fetch(`${url}/status/events`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
  follower.close();
  await waitFor(() => events.clients() === 0, { what: "an empty house" });
  const before = described;
  change();
  expect(described).toBe(before);
});
