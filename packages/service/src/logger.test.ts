import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger, type LoggerOptions } from "./logger.js";

const SECRET = "s3cr3t/with+odd&chars";

function logged(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const clock = { wallMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6), monotonicMs: () => 0 };
  const log = createLogger({ service: "api", instance: "i1", secrets: [SECRET], stream, clock, ...options });
  return {
    log,
    lines,
    text: () => lines.join(""),
    record: () => JSON.parse(lines.join("")) as Record<string, unknown>,
  };
}

describe("createLogger", () => {
  it("writes one JSON line with the fixed fields first, then what it was given", () => {
    const { log, text } = logged();
    log.info("hello", { check: "db", runId: 7 });
    expect(text()).toBe(
      '{"time":"2026-01-02T03:04:05.006Z","level":"info","msg":"hello","service":"api","instance":"i1","check":"db","runId":7}\n',
    );
  });

  it("leaves out what is below its level", () => {
    const { log, lines } = logged({ level: "warn" });
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines).toHaveLength(2);
  });

  it("lets no given field replace a fixed one", () => {
    const { log, record } = logged();
    log.warn("mine", {
      level: "error",
      msg: "theirs",
      message: "also theirs",
      time: "never",
      service: "x",
      splat: [1],
    });
    expect(record()).toMatchObject({ level: "warn", msg: "mine", service: "api", message: "also theirs" });
  });

  it("adds a child's fields to every line of the child only", () => {
    const { log, lines } = logged();
    log.child({ check: "db" }).child({ runId: 1 }).info("x", { n: 2 });
    log.info("y");
    expect(lines[0]).toContain('"check":"db","runId":1,"n":2');
    expect(lines[1]).not.toContain("check");
  });

  it("serialises an error with its code, stack and causes", () => {
    const { log, record } = logged();
    const cause = Object.assign(new Error("inner"), { code: "ECONNREFUSED" });
    log.error("failed", { error: new TypeError("outer", { cause }) });
    expect(record()["error"]).toMatchObject({
      name: "TypeError",
      message: "outer",
      stack: expect.stringContaining("logger.test"),
      cause: { message: "inner", code: "ECONNREFUSED" },
    });
  });

  it("survives cycles, throwing getters, revoked proxies, functions and big integers", () => {
    const { log, lines } = logged();
    const cycle: Record<string, unknown> = { n: 1n, f: () => 1 };
    cycle["self"] = cycle;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    Object.defineProperty(cycle, "bad", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    log.info("odd", { cycle });
    log.info("odd", { proxy });
    expect(lines[0]).toContain('"cycle":{"n":"1","f":"[function]","self":"[circular]","bad":"[unreadable]"}');
    expect(lines).toHaveLength(2);
  });

  it("bounds what it writes", () => {
    const { log, text } = logged();
    const wide = Array.from({ length: 300 }, () => Array.from({ length: 300 }, () => "x".repeat(100)));
    log.info("y".repeat(100_000), { wide });
    expect(text().length).toBeLessThan(100_000);
  });
});

describe("redaction", () => {
  const failure = new Error(`connect ${SECRET}`, { cause: new Error(`deep ${SECRET}`) });

  it.each<[string, string, Record<string, unknown>]>([
    ["in the message", `got ${SECRET}`, {}],
    ["in a nested string", "x", { a: [{ b: `<${SECRET}>` }] }],
    ["in a key", "x", { [SECRET]: 1 }],
    ["in an error and its cause", "x", { error: failure }],
    ["percent-encoded", "x", { url: `/?q=${encodeURIComponent(SECRET)}` }],
    ["percent-encoded in lower case", "x", { url: `/?q=${encodeURIComponent(SECRET).toLowerCase()}` }],
    ["in base64", "x", { header: Buffer.from(SECRET).toString("base64") }],
    ["in a URL object", "x", { url: new URL(`http://h/?q=${SECRET}`) }],
    ["in a map", "x", { map: new Map([["k", SECRET]]) }],
  ])("hides a known secret %s", (_where, msg, fields) => {
    for (const format of ["json", "pretty"] as const) {
      const { log, text } = logged({ format });
      log.info(msg, fields);
      expect(text()).toContain("[redacted]");
      expect(text().toLowerCase()).not.toMatch(/s3cr3t|cznjcjn/);
    }
  });

  it.each([
    [{ password: "hunter2" }],
    [{ nested: { redis_password: "hunter2" } }],
    [{ accessToken: "hunter2" }],
    [{ headers: { Authorization: "Bearer hunter2hunter2", "Set-Cookie": ["sid=hunter2"] } }],
    [{ OPENAI_API_KEY: "hunter2" }],
    [{ clientSecret: { value: "hunter2" } }],
    [{ note: "connect to redis://user:hunter2@host:6379/0 now" }],
    [{ note: "GET /x?token=hunter2&y=1" }],
    [{ note: '{"password":"hunter2"}' }],
    [{ note: "Cookie: a=1; sid=hunter2" }],
    [{ note: "authorization: Bearer hunter2hunter2" }],
  ])("hides what looks secret: %j", (fields) => {
    const { log, text } = logged();
    log.info("x", fields);
    expect(text()).not.toContain("hunter2");
  });

  it("still says whether a secret is set", () => {
    const { log, record } = logged();
    log.info("x", { secretConfigured: true, token: null });
    expect(record()).toMatchObject({ secretConfigured: true, token: null });
  });

  it("takes a long text without a secret in linear time", () => {
    const { log, text } = logged();
    log.info("a".repeat(16_000), { b: "://".repeat(5_000) });
    expect(text()).toContain("aaaa");
  }, 1_000);
});

describe("log injection", () => {
  it.each(["json", "pretty"] as const)("cannot start a line or move the cursor in %s", (format) => {
    const { log, text } = logged({ format });
    log.info("one\ntwo\r\u001b[2J\u009b\u2028\u202e", { "k\n": "v\nw", plain: "ok" });
    expect(text().trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(text()).toContain("\\u009b");
  });

  it("indents a stack, so that no line of it can pass for a log line", () => {
    const { log, text } = logged({ format: "pretty" });
    const error = new Error("boom");
    error.stack = "Error: boom\n03:04:05.006 info  forged\n    at x";
    log.error("failed", { error });
    const lines = text().trimEnd().split("\n");
    expect(lines).toEqual([
      "03:04:05.006 error failed error=boom",
      "    Error: boom",
      "    03:04:05.006 info  forged",
      "    at x",
    ]);
  });
});

describe("a stream that breaks", () => {
  it("does not throw, and flush still ends", async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error("broken"), { code: "EPIPE" })),
    });
    const log = createLogger({ service: "api", instance: "i1", stream });
    log.info("one");
    log.info("two");
    await expect(log.flush()).resolves.toBeUndefined();
  });
});
