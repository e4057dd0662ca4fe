import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import { attach, type HealthOptions, health } from "@caretaker/express";
import { createLifecycle } from "@caretaker/health";
import express from "express";
import express4 from "express4";
import { benchSource } from "./bench-source.js";
import type { BenchCase } from "./cases.js";

/** The server of a case; nothing else is installed in it. */
export function createBenchServer(bench: ServerSettings): Server {
  switch (bench.kind) {
    case "node:http":
      return handWritten({ "Content-Type": "application/json", "Content-Length": BODY_BYTES.length });
    case "node:http, our headers":
      return handWritten(OUR_HEADERS);
    case "attach(server)": {
      const server = createServer();
      attach(server, optionsWith(bench));
      return server;
    }
    case "attach(app), Express 5": {
      const app = express();
      attach(app, optionsWith(bench));
      return createServer(app);
    }
    case "mounted, Express 5":
      return createServer(express().use(health(optionsWith(bench))));
    case "mounted, Express 4":
      return createServer(express4().use(health(optionsWith(bench))));
    case "res.json, Express 5":
      return createServer(express().get("/health", (_request, response) => void response.json(BODY)));
    case "res.json, Express 4":
      return createServer(express4().get("/health", (_request, response) => void response.json(BODY)));
  }
}

/** What tells one server from another. */
export type ServerSettings = Pick<BenchCase, "kind" | "checks" | "detail">;

const BODY = { status: "pass", state: "ready" };

const BODY_BYTES = Buffer.from(JSON.stringify(BODY));

// Each header costs time, and a probe needs more of them than a handler written in a hurry has.
const OUR_HEADERS = {
  "Content-Type": "application/json",
  "Content-Length": BODY_BYTES.length,
  "Cache-Control": "no-store",
  Vary: "Accept",
  "X-Content-Type-Options": "nosniff",
  "X-Health-Status": "pass",
  "X-Health-Age": "0",
};

/** What somebody writes without a framework. */
function handWritten(headers: OutgoingHttpHeaders): Server {
  return createServer((_request, response) => {
    response.writeHead(200, headers);
    response.end(BODY_BYTES);
  });
}

function optionsWith({ checks, detail }: ServerSettings): HealthOptions {
  const lifecycle = createLifecycle();
  lifecycle.ready();
  return { source: benchSource(checks), lifecycle, hostId: "bench", detail };
}
