import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createLifecycle } from "@caretaker/health";
import { createMemorySnapshotSource, sampleRecord, sampleSpec } from "@caretaker/health/testing";
import express from "express";
import request from "supertest";
import { describe, expect, it } from "vitest";
import { attach } from "./attach.js";
import { health } from "./health.js";
import type { HealthOptions } from "./health-options.js";
import { rawExchange } from "./testing/raw-exchange.js";
import { withServer } from "./testing/with-server.js";

/** With so many checks that readiness is a body of several KB. */
function optionsWith(checks: number): HealthOptions {
  const lifecycle = createLifecycle();
  lifecycle.ready();
  const names = Array.from({ length: checks }, (_, index) => `check${index}`);
  const source = createMemorySnapshotSource({
    specs: new Map(names.map((name) => [name, sampleSpec(name, { critical: true })])),
    records: names.map((name) => sampleRecord(name)),
  });
  return { source, lifecycle, hostId: "host" };
}

function ask(path: string, more = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
}

/** The bodies of the answers that came one after the other. */
function bodiesOf(text: string): string[] {
  const bodies: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const end = rest.indexOf("\r\n\r\n") + 4;
    const size = Number(/\r\nContent-Length: (\d+)\r\n/.exec(rest.slice(0, end))?.[1]);
    bodies.push(rest.slice(end, end + size));
    rest = rest.slice(end + size);
  }
  return bodies;
}

it("answers requests that came at once in their order, each whole", async () => {
  const server = createServer();
  attach(server, optionsWith(100));
  const asked = ["/health", "/health/ready", "/health", "/health/ready"].map((path) => ask(path)).join("");
  const text = await withServer(server, (port) => rawExchange(port, asked + ask("/health", "Connection: close\r\n")));
  const bodies = bodiesOf(text);
  expect(bodies.map((body) => JSON.parse(body).status)).toEqual(["pass", "pass", "pass", "pass", "pass"]);
  expect(bodies.map((body) => body.length > 4_096)).toEqual([false, true, false, true, false]);
});

// A short answer is sent in one write, a long one is not.
it.each([
  ["/health", 40_000],
  ["/health/ready", 2_000],
])("waits for a client that does not read, and loses nothing of what it was owed: %s", async (path, count) => {
  const server = createServer();
  attach(server, optionsWith(100));
  const text = await withServer(server, async (port) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const [[accepted]] = await Promise.all([once(server, "connection"), once(socket, "connect")]);
    socket.pause();
    socket.write(ask(path).repeat(count) + ask("/health", "Connection: close\r\n"));
    // Only now is there anything to wait for: what the system takes at once is full.
    await expect.poll(() => accepted.writableLength, { timeout: 10_000 }).toBeGreaterThan(0);
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
    });
    socket.resume();
    await once(socket, "close");
    return received;
  });
  const bodies = bodiesOf(text);
  expect(bodies).toHaveLength(count + 1);
  expect(new Set(bodies.slice(0, count)).size).toBe(1);
});

describe("a middleware before the probes", () => {
  // As express-session does, which saves before the body leaves.
  it("that replaces end is given the body there", async () => {
    const given: unknown[] = [];
    const app = express();
    app.use((_request, response, next) => {
      const { end } = response;
      response.end = ((...values: unknown[]) => {
        given.push(values[0]);
        return Reflect.apply(end, response, values);
      }) as typeof end;
      next();
    });
    app.use(health(optionsWith(1)));
    const { text } = await request(app).get("/health");
    expect(given).toEqual([text]);
  });

  // As an access log does.
  it.each([1, 100])("that waits for the end hears of it, with %i checks", async (checks) => {
    const heard: unknown[] = [];
    const app = express();
    app.use((_request, response, next) => {
      response.on("finish", () => heard.push([response.statusCode, response.getHeader("x-health-status")]));
      response.on("close", () => heard.push("close"));
      next();
    });
    app.use(health(optionsWith(checks)));
    await withServer(createServer(app), (port) => rawExchange(port, ask("/health/ready", "Connection: close\r\n")));
    expect(heard).toEqual([[200, "pass"], "close"]);
  });
});
