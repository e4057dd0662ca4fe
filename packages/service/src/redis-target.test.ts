import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { workerSettings } from "./caretaker-settings.js";
import { readSettings } from "./read-settings.js";
import { redisTargetOf } from "./redis-target.js";

const directory = mkdtempSync(join(tmpdir(), "caretaker-target-"));
const pem = (name: string) => join(directory, name);
for (const name of ["ca", "cert", "key"]) writeFileSync(pem(name), `the ${name}`);
afterAll(() => rmSync(directory, { recursive: true }));

function targetOf(env: Record<string, string>) {
  return redisTargetOf(readSettings(workerSettings, env));
}

describe("redisTargetOf", () => {
  it.each(["redis://u:p@redis.test:6380/3", "rediss://redis.test", "/run/redis.sock"])(
    "is the URL %s itself",
    (url) => {
      expect(targetOf({ REDIS_URL: url })).toBe(url);
    },
  );

  it("takes the sentinels from URL and nodes, and user, password and database from the URL", () => {
    const env = { REDIS_MODE: "sentinel", REDIS_URL: "redis://u:p%40ss@s-1.test/2", REDIS_NODES: "s-2.test:7,[::1]:8" };
    expect(targetOf({ ...env, REDIS_SENTINEL_NAME: "main", REDIS_SENTINEL_PASSWORD: "theirs" })).toEqual({
      username: "u",
      password: "p@ss",
      db: 2,
      sentinels: [
        { host: "s-1.test", port: 26_379 },
        { host: "s-2.test", port: 7 },
        { host: "::1", port: 8 },
      ],
      name: "main",
      sentinelPassword: "theirs",
      enableTLSForSentinelMode: false,
    });
  });

  it("speaks TLS with sentinels and servers alike, by the name in the URL", () => {
    const tls = { servername: "redis.test", ca: "the ca" };
    const env = { REDIS_MODE: "sentinel", REDIS_URL: "rediss://redis.test:1", REDIS_TLS_CA: pem("ca") };
    expect(targetOf(env)).toMatchObject({ tls, sentinelTLS: tls, enableTLSForSentinelMode: true, name: "mymaster" });
  });

  it("takes the nodes of a Cluster, and the prefix that decides which of them it is", () => {
    const env = { REDIS_MODE: "cluster", REDIS_URL: "redis://:p@[::1]/0", REDIS_NODES: "10.0.0.2:7001" };
    expect(targetOf({ ...env, KEY_PREFIX: "team-2" })).toEqual({
      cluster: [
        { host: "::1", port: 6_379 },
        { host: "10.0.0.2", port: 7_001 },
      ],
      prefix: "team-2",
      options: { password: "p" },
    });
  });

  it("reads the files of a client certificate, and names no address as a server's name", () => {
    const files = { REDIS_TLS_CA: pem("ca"), REDIS_TLS_CERT: pem("cert"), REDIS_TLS_KEY: pem("key") };
    expect(targetOf({ REDIS_URL: "rediss://10.0.0.1:6380/1", ...files })).toEqual({
      host: "10.0.0.1",
      port: 6_380,
      db: 1,
      tls: { ca: "the ca", cert: "the cert", key: "the key" },
    });
  });

  it.each([
    [
      { REDIS_MODE: "cluster", REDIS_URL: "/run/redis.sock" },
      'REDIS_MODE: "cluster" is not allowed with a Unix socket',
    ],
    [
      { REDIS_MODE: "cluster", REDIS_URL: "redis://h/1" },
      "REDIS_URL: database 1 is not allowed with REDIS_MODE=cluster",
    ],
    [{ REDIS_NODES: "h:1" }, "REDIS_NODES: not allowed with REDIS_MODE=single"],
    [{ REDIS_TLS_CA: pem("ca") }, "not allowed without TLS"],
    [{ REDIS_URL: "rediss://h", REDIS_TLS_KEY: pem("key") }, "one without the other is not allowed"],
    [{ REDIS_URL: "rediss://h", REDIS_TLS_CA: pem("none") }, `REDIS_TLS_CA: "${pem("none")}" cannot be read (ENOENT)`],
  ])("refuses %j", (env, message) => {
    expect(() => targetOf(env as Record<string, string>)).toThrow(message);
  });
});
