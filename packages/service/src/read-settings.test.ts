import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { allSettings, apiSettings, workerSettings } from "./caretaker-settings.js";
import { InvalidSettingsError } from "./errors.js";
import { formatSettings } from "./format-settings.js";
import { readSettings } from "./read-settings.js";
import { secret } from "./readers.js";
import { secretsOf } from "./secrets-of.js";
import { settingsAsEnvExample, settingsAsMarkdown } from "./settings-docs.js";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(allSettings, env);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.problems;
    throw error;
  }
}

describe("readSettings", () => {
  it("has a default for everything", () => {
    expect(readSettings(apiSettings, {})).toEqual({
      port: 3000,
      host: "127.0.0.1",
      redisUrl: "redis://127.0.0.1:6379",
      redisMode: "single",
      redisNodes: null,
      redisSentinelName: "mymaster",
      redisSentinelPassword: null,
      redisTlsCa: null,
      redisTlsCert: null,
      redisTlsKey: null,
      keyPrefix: "caretaker",
      logLevel: "info",
      logFormat: process.stdout.isTTY ? "pretty" : "json",
      shutdownTimeoutMs: 30_000,
      hostId: hostname(),
      healthDetail: "status",
      statusToken: null,
      adminToken: null,
      drainDelayMs: 5_000,
      balancer: "none",
      maxUnavailable: null,
      queueBoard: false,
    });
    expect(readSettings(workerSettings, {})).toMatchObject({
      dataDir: ".data",
      dbPath: ".data/caretaker.db",
      recordingsDir: ".data/recordings",
      maxRecordings: 100,
      configPath: null,
      openaiApiKey: null,
      hfToken: null,
      llmProvider: "none",
    });
  });

  it("derives a default from the variable it depends on", () => {
    const values = readSettings(workerSettings, { DATA_DIR: "/srv/data", RECORDINGS_DIR: "/rec" });
    expect(values).toMatchObject({ dbPath: "/srv/data/caretaker.db", recordingsDir: "/rec" });
  });

  it("takes an empty text for unset and ignores variables it does not know", () => {
    expect(readSettings(apiSettings, { PORT: "", ADMIN_TOKEN: "", PORTS: "x" })).toMatchObject({
      port: 3000,
      adminToken: null,
    });
  });

  it.each([
    ["PORT", "0", "port", 0],
    ["PORT", "65535", "port", 65_535],
    ["DRAIN_DELAY", "0s", "drainDelayMs", 0],
    ["MAX_UNAVAILABLE", "1%", "maxUnavailable", 0.01],
    ["MAX_UNAVAILABLE", "99%", "maxUnavailable", 0.99],
    ["BALANCER", "alb", "balancer", "alb"],
    ["SHUTDOWN_TIMEOUT", "24d", "shutdownTimeoutMs", 2_073_600_000],
    ["MAX_RECORDINGS", "1000000", "maxRecordings", 1_000_000],
    ["HOST", "::1", "host", "::1"],
    ["KEY_PREFIX", "team-2", "keyPrefix", "team-2"],
    ["REDIS_URL", "rediss://u:p%40ss@redis.test:6380/3", "redisUrl", "rediss://u:p%40ss@redis.test:6380/3"],
    ["REDIS_URL", "redis://[::1]:6379", "redisUrl", "redis://[::1]:6379"],
    ["REDIS_URL", "/run/redis.sock", "redisUrl", "/run/redis.sock"],
    ["REDIS_URL", "unix:/run/redis.sock?db=2", "redisUrl", "/run/redis.sock?db=2"],
    ["REDIS_URL", "unix:///run/redis.sock", "redisUrl", "/run/redis.sock"],
    ["REDIS_MODE", "cluster", "redisMode", "cluster"],
    ["REDIS_NODES", "redis-1.test:7000", "redisNodes", [{ host: "redis-1.test", port: 7_000 }]],
    [
      "REDIS_NODES",
      "10.0.0.1:1, [::1]:65535",
      "redisNodes",
      [
        { host: "10.0.0.1", port: 1 },
        { host: "::1", port: 65_535 },
      ],
    ],
  ])("reads %s=%s", (name, text, key, value) => {
    expect(readSettings(allSettings, { [name]: text })).toHaveProperty(key, value);
  });

  it.each([
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "3000 "],
    ["PORT", "0x10"],
    ["MAX_RECORDINGS", "0"],
    ["MAX_RECORDINGS", "1000001"],
    ["MAX_RECORDINGS", "1e3"],
    ["DRAIN_DELAY", "5"],
    ["MAX_UNAVAILABLE", "0%"],
    ["MAX_UNAVAILABLE", "05%"],
    ["MAX_UNAVAILABLE", "100%"],
    ["MAX_UNAVAILABLE", "50"],
    ["BALANCER", "nginx"],
    ["DRAIN_DELAY", "0"],
    ["SHUTDOWN_TIMEOUT", "0s"],
    ["SHUTDOWN_TIMEOUT", "1M"],
    ["SHUTDOWN_TIMEOUT", "25d"],
    ["KEY_PREFIX", "Care_taker"],
    ["KEY_PREFIX", "care\n"],
    ["KEY_PREFIX", "-care"],
    ["HOST_ID", "a".repeat(65)],
    ["HOST_ID", "a b"],
    ["LOG_LEVEL", "INFO"],
    ["LOG_LEVEL", "toString"],
    ["HEALTH_DETAIL", "all"],
    ["REDIS_URL", "http://localhost"],
    ["REDIS_URL", "localhost:6379"],
    ["REDIS_URL", "redis://"],
    ["REDIS_URL", "redis://h/name"],
    ["REDIS_URL", "run/redis.sock"],
    ["REDIS_MODE", "Sentinel"],
    ["REDIS_NODES", "redis-1.test"],
    ["REDIS_NODES", "redis-1.test:0"],
    ["REDIS_NODES", "redis-1.test:65536"],
    ["REDIS_NODES", "redis-1.test:7000,"],
    ["REDIS_NODES", "redis://redis-1.test:7000"],
    ["REDIS_SENTINEL_NAME", "my master"],
  ])("refuses %s=%j, naming variable, value and what is allowed", (name, text) => {
    const [problem, ...others] = problemsOf({ [name]: text });
    expect(others).toEqual([]);
    expect(problem).toContain(`${name}: ${JSON.stringify(text)} is not allowed; allowed: `);
  });

  it("reports all problems together", () => {
    const problems = problemsOf({ PORT: "x", LOG_LEVEL: "y", MAX_RECORDINGS: "z" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["PORT", "LOG_LEVEL", "MAX_RECORDINGS"]);
  });

  it.each([
    ["ADMIN_TOKEN", "hunter2 hunter2 hunter2"],
    ["REDIS_URL", "redis://user:hunter2@host/path/x"],
    ["REDIS_URL", "redis:/user:hunter2@host"],
    ["REDIS_URL", "redis://:hunter2/%@host"],
    ["REDIS_URL", "https://host/?password=hunter2"],
  ])("refuses %s=%s without saying the secret in it", (name, text) => {
    const problems = problemsOf({ [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("hunter2");
  });
});

describe("secret", () => {
  const table = {
    key: { name: "KEY", default: null, description: "A key.", reader: secret(8), secret: true },
  } as const;

  it("takes a secret of its shortest length and refuses a shorter one, without saying it", () => {
    expect(readSettings(table, { KEY: "hunter22" })).toEqual({ key: "hunter22" });
    expect(() => readSettings(table, { KEY: "hunter2" })).toThrow(
      "KEY: the secret given is not allowed; allowed: 8 or more letters, digits and ASCII punctuation, without spaces",
    );
  });
});

describe("webhookUrl", () => {
  const url = "https://hooks.test/services/T0kEnQw8RtY4uIo6PaS1?key=1";

  it("takes an address to post to, and shows no part of it", () => {
    expect(readSettings(workerSettings, { NOTIFY_URL: url }).notifyUrl).toBe(url);
    expect(formatSettings(workerSettings, { NOTIFY_URL: url })).toContain("NOTIFY_URL=configured\n");
    expect(secretsOf(workerSettings, { NOTIFY_URL: url })).toEqual([url, "T0kEnQw8RtY4uIo6PaS1"]);
  });

  it.each([
    "ftp://hooks.test/x",
    "file:///etc/passwd",
    "hooks.test",
    "https://me:hunter2@hooks.test",
    "https://a b",
    "https://a#b",
  ])("refuses %s without saying it", (text) => {
    const read = () => readSettings(workerSettings, { NOTIFY_URL: text });
    expect(read).toThrow("NOTIFY_URL: the secret given is not allowed; allowed: an http:// or https:// URL");
    expect(read).not.toThrow(text);
  });
});

describe("formatSettings", () => {
  it("shows effective texts, and of secrets only whether they are there", () => {
    const env = { ADMIN_TOKEN: "correct-horse-battery", REDIS_URL: "redis://u:hunter2@redis.test/1?password=hunter3" };
    const shown = formatSettings(apiSettings, env);
    expect(shown).toContain("PORT=3000\n");
    expect(shown).toContain("ADMIN_TOKEN=configured\n");
    expect(shown).toContain("STATUS_TOKEN=missing\n");
    expect(shown).toContain("REDIS_URL=redis://***@redis.test/1?***\n");
    expect(shown).not.toMatch(/horse|hunter/);
  });
});

describe("secretsOf", () => {
  it("finds tokens and the password of the Redis URL, raw and decoded", () => {
    const env = { ADMIN_TOKEN: "correct-horse-battery", REDIS_URL: "redis://u:p%40ss@redis.test" };
    expect(secretsOf(apiSettings, env)).toEqual(["p%40ss", "p@ss", "correct-horse-battery"]);
  });
});

describe("the documentation of a table", () => {
  it("names every variable in the example file, commented out, with its default", () => {
    const example = settingsAsEnvExample(allSettings);
    for (const { name } of Object.values(allSettings)) expect(example).toContain(`\n#${name}=`);
    expect(example).toContain("\n#DB_PATH=<DATA_DIR>/caretaker.db\n");
    expect(example.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  });

  it("has a row of three cells for every variable", () => {
    const rows = settingsAsMarkdown(allSettings).trimEnd().split("\n");
    expect(rows).toHaveLength(Object.keys(allSettings).length + 2);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(5);
  });
});
