import { InvalidCheckError } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import { command } from "./command.js";
import { directory } from "./directory.js";
import { disk } from "./disk.js";
import { http } from "./http.js";
import { redis } from "./redis.js";
import { secret } from "./secret.js";
import { sqlite } from "./sqlite.js";

type Loose = (...args: unknown[]) => unknown;
const loosely = { command, directory, disk, http, redis, secret, sqlite } as unknown as Record<string, Loose>;

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
    ];
    expect(checks.map(({ name, scope, componentType, critical }) => [name, scope, componentType, critical])).toEqual([
      ["sqlite", "host", "datastore", false],
      ["redis", "fleet", "datastore", false],
      ["ffmpeg-6", "host", "system", false],
      ["hf-token", "host", "component", false],
      ["disk", "host", "system", false],
      ["directory", "host", "system", false],
      ["http", "fleet", "component", false],
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
  ])("%s%j is refused", (kind, args, problem) => {
    expect(problemsOf(kind, ...args)).toContain(problem);
  });

  it.each([
    ["http", ["http://user:hunter2@host/"]],
    ["http", ["http://host/", { headers: { "bad header": "hunter2" } }]],
    ["redis", [{ url: "redis:/:hunter2@host" }]],
    ["secret", ["hunter2-is-my-password"]],
  ])("%s%j is refused without showing the secret in it", (kind, args) => {
    const problems = problemsOf(kind, ...args);
    expect(problems).toMatch(/is not allowed; allowed: /);
    expect(problems).not.toContain("hunter2");
  });
});
