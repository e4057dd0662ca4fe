import { InvalidCheckError } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import { command } from "./command.js";
import { directory } from "./directory.js";
import { disk } from "./disk.js";
import { dns } from "./dns.js";
import { eventLoop } from "./event-loop.js";
import { http } from "./http.js";
import { memory } from "./memory.js";
import { ollama } from "./ollama.js";
import { openAiCompatible } from "./open-ai-compatible.js";
import { queue } from "./queue.js";
import { redis } from "./redis.js";
import { secret } from "./secret.js";
import { sqlite } from "./sqlite.js";
import { tcp } from "./tcp.js";
import { tls } from "./tls.js";

type Loose = (...args: unknown[]) => unknown;
const loosely = {
  ...{ command, directory, disk, http, redis, secret, sqlite },
  ...{ dns, eventLoop, memory, ollama, openAiCompatible, queue, tcp, tls },
} as unknown as Record<string, Loose>;

function problemsOf(kind: string, ...args: unknown[]): string {
  try {
    loosely[kind]?.(...args);
    return "";
  } catch (error) {
    if (error instanceof InvalidCheckError) return error.message;
    throw error;
  }
}

describe("every ready-made check", () => {
  it("has a name, a scope and a kind of its own unless told", () => {
    const url = "redis://127.0.0.1:6379";
    const checks = [
      sqlite("x.db"),
      redis({ url }),
      command("/usr/bin/FFmpeg_6"),
      secret("HF_TOKEN"),
      disk("/"),
      directory("/"),
      http("http://localhost/"),
      tcp("localhost", 1),
      dns("localhost"),
      tls("localhost"),
      queue("emails", { url }),
      ollama(),
      openAiCompatible("http://localhost/v1"),
      eventLoop(),
      memory(),
    ];
    expect(checks.map(({ name, scope, componentType, critical }) => [name, scope, componentType, critical])).toEqual([
      ["sqlite", "host", "datastore", false],
      ["redis", "fleet", "datastore", false],
      ["ffmpeg-6", "host", "system", false],
      ["hf-token", "host", "secret", false],
      ["disk", "host", "system", false],
      ["directory", "host", "system", false],
      ["http", "fleet", "component", false],
      ["tcp", "fleet", "component", false],
      ["dns", "host", "component", false],
      ["tls", "fleet", "component", false],
      ["queue", "fleet", "datastore", false],
      ["ollama", "host", "component", false],
      ["open-ai-compatible", "fleet", "component", false],
      ["event-loop", "host", "system", false],
      ["memory", "host", "system", false],
    ]);
  });

  it("takes the common options", () => {
    const check = disk("/", {
      name: "root",
      every: "1m",
      timeout: "2s",
      scope: "fleet",
      critical: true,
      onStale: "fail",
    });
    expect(check).toMatchObject({
      name: "root",
      everyMs: 60_000,
      timeoutMs: 2_000,
      scope: "fleet",
      critical: true,
      onStale: "fail",
    });
  });

  it("takes an option that is undefined for one that was not given", () => {
    expect(problemsOf("disk", "/", { every: undefined, warnBelow: undefined, unknown: undefined })).toBe("");
  });

  it("names its own problems and the common ones together", () => {
    const problems = problemsOf("disk", "/", { warnBelow: "10", every: "soon", colour: "red" }).split("\n");
    expect(problems).toEqual([
      'check "disk": warnBelow is "10"; allowed: a size such as 5GiB or a percentage from 0% to 100%',
      expect.stringMatching(/^check "disk": unknown option "colour"; allowed: path, warnBelow, .*every/),
      expect.stringMatching(/^check "disk": every: "soon" is not a duration/),
    ]);
  });

  it.each([
    ["disk", ["/", { warnBelow: "5%", failBelow: "10%" }], "failBelow is 10%; at most warnBelow, which is 5%"],
    ["disk", ["/", { warnBelow: "1GiB", failBelow: "2GiB" }], "failBelow is 2GiB; at most warnBelow"],
    ["disk", ["/", { warnInodesBelow: "1GiB" }], "warnInodesBelow is"],
    ["disk", ["/", { warnBelow: "101%" }], "warnBelow is"],
    ["disk", [""], "path is"],
    ["sqlite", [undefined], "path is a value of type undefined; allowed: a path"],
    ["sqlite", ["x.db", { query: " " }], "query is"],
    ["directory", ["/", { writable: "yes" }], "writable is"],
    ["command", ["", []], "binary is"],
    ["command", ["ls", "-l"], "args is"],
    ["command", ["ls", [1]], "args is"],
    ["http", ["ftp://host/"], "url is not allowed"],
    ["http", ["http://host/", { expectStatus: 42 }], "expectStatus is 42"],
    ["http", ["http://host/", { expectStatus: [] }], "expectStatus is"],
    ["http", ["http://host/", { maxBodyBytes: 0 }], "maxBodyBytes is 0"],
    ["http", ["http://host/", { method: "PATCH" }], "method is"],
    ["redis", [{}], "either url or client is needed"],
    ["redis", [{ url: "redis://h", client: { ping: () => 0, info: () => 0 } }], "either url or client is needed"],
    ["redis", [{ url: "localhost:6379" }], "url is not allowed"],
    ["redis", [{ client: {} }], "client is"],
    ["redis", [{ url: "redis://h", maxLatency: 5 }], "maxLatency is 5"],
    ["secret", [42], "source is not allowed"],
    ["tcp", ["localhost", 0], "port is 0"],
    ["tcp", ["localhost", 65_536], "port is 65536"],
    ["tcp", ["localhost", "80"], 'port is "80"'],
    ["tcp", ["localhost"], "port is a value of type undefined"],
    ["tcp", ["http://localhost", 80], "host is"],
    ["tcp", ["localhost:80", 80], "host is"],
    ["tcp", ["localhost", 80, { maxLatency: 1 }], "maxLatency is 1"],
    ["dns", [""], "hostname is"],
    ["dns", ["host", { type: "ANY" }], 'type is "ANY"'],
    ["dns", ["host", { servers: [] }], "servers is"],
    ["dns", ["host", { servers: ["ns.example"] }], "servers is"],
    ["dns", ["host", { servers: ["192.0.2.1:99999"] }], "servers is"],
    ["dns", ["host", { servers: ["192.0.2"] }], "servers is"],
    ["tls", ["host", { port: 1.5 }], "port is 1.5"],
    ["tls", ["host", { ca: "no certificate" }], "ca is not allowed"],
    ["tls", ["host", { warnBefore: "1d", failBefore: "2d" }], "failBefore is 2d; at most warnBefore, which is 1d"],
    ["tls", ["host", { warnBefore: "1d" }], "failBefore is 3d; at most warnBefore, which is 1d"],
    ["queue", ["emails"], "url is not allowed"],
    ["queue", ["a:b", { url: "redis://h" }], "queue is"],
    ["queue", ["emails", { url: "redis://h", warnWaitingAbove: -1 }], "warnWaitingAbove is -1"],
    [
      "queue",
      ["emails", { url: "redis://h", failWaitingAbove: 5 }],
      "warnWaitingAbove is 1000; at most failWaitingAbove",
    ],
    ["queue", ["emails", { url: "redis://h", failOlderThan: "1m" }], "warnOlderThan is 5m; at most failOlderThan"],
    ["queue", ["emails", { url: "redis://h", needsConsumer: 1 }], "needsConsumer is 1"],
    ["ollama", [{ url: "localhost:11434" }], "url is not allowed"],
    ["ollama", [{ model: " " }], "model is"],
    ["openAiCompatible", [], "url is not allowed"],
    ["openAiCompatible", ["http://h/v1", { model: 5 }], "model is 5"],
    ["eventLoop", [{ warnAbove: "2s" }], "warnAbove is 2s; at most failAbove, which is 1s"],
    ["memory", [{ warnRssAbove: "96%" }], "warnRssAbove is 96%; at most failRssAbove, which is 95%"],
    ["memory", [{ warnHeapAbove: "8000TiB" }], "warnHeapAbove is 8000TiB; at most failHeapAbove"],
    ["memory", [{ failHeapAbove: 5 }], "failHeapAbove is 5"],
  ])("%s%j is refused", (kind, args, problem) => {
    expect(problemsOf(kind, ...args)).toContain(problem);
  });

  it.each([
    ["http", ["http://user:hunter2@host/"]],
    ["http", ["http://host/", { headers: { "bad header": "hunter2" } }]],
    ["redis", [{ url: "redis:/:hunter2@host" }]],
    ["secret", ["hunter2-is-my-password"]],
    ["queue", ["emails", { url: "rediss:/:hunter2@host" }]],
    ["ollama", [{ url: "http://user:hunter2@host/" }]],
    ["openAiCompatible", ["http://user:hunter2@host/v1"]],
  ])("%s%j is refused without showing the secret in it", (kind, args) => {
    const problems = problemsOf(kind, ...args);
    expect(problems).toMatch(/is not allowed; allowed: /);
    expect(problems).not.toContain("hunter2");
  });
});

it("openAiCompatible takes a getter for its key, and does not show a key given instead", () => {
  const problems = problemsOf("openAiCompatible", "http://h/v1", { key: "hunter2" });
  expect(problems).toContain("key is not allowed; allowed: a function");
  expect(problems).not.toContain("hunter2");
});
