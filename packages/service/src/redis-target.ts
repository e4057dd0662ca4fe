import { readFileSync } from "node:fs";
import { InvalidSettingsError } from "./errors.js";
import type { HostAndPort } from "./readers.js";

/** What the environment says of how to reach Redis. */
export interface RedisSettings {
  readonly redisUrl: string;
  readonly redisMode: "single" | "sentinel" | "cluster";
  readonly redisNodes: readonly HostAndPort[] | null;
  readonly redisSentinelName: string;
  readonly redisSentinelPassword: string | null;
  readonly redisTlsCa: string | null;
  readonly redisTlsCert: string | null;
  readonly redisTlsKey: string | null;
  readonly keyPrefix: string;
}

/** TLS towards a server, as Node takes it. */
export interface RedisTls {
  readonly servername?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Who we are to a server; named as ioredis names it. */
export interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: RedisTls;
}

/** One server, as options. */
export interface SingleTarget extends RedisAccess, HostAndPort {
  readonly db: number;
}

/** A master that sentinels watch. */
export interface SentinelTarget extends RedisAccess {
  readonly sentinels: HostAndPort[];
  readonly name: string;
  readonly db: number;
  readonly sentinelPassword?: string;
  readonly sentinelTLS?: RedisTls;
  readonly enableTLSForSentinelMode: boolean;
}

/** A Cluster, of which one node holds all keys of one prefix. */
export interface ClusterNodes {
  readonly cluster: readonly HostAndPort[];
  readonly prefix: string;
  readonly options: RedisAccess;
}

/**
 * How to reach Redis, as `@caretaker/redis-store` takes it: the URL itself where it says everything.
 *
 * @throws {@link InvalidSettingsError} where the variables contradict each other, or a TLS file cannot be read.
 */
export function redisTargetOf(settings: RedisSettings): string | SingleTarget | SentinelTarget | ClusterNodes {
  const problems = contradictionsIn(settings);
  const files = readTlsFiles(settings, problems);
  if (problems.length > 0) throw new InvalidSettingsError(problems);
  const { redisMode, redisUrl, redisNodes } = settings;
  if (redisMode === "single" && Object.keys(files).length === 0) return redisUrl;
  const url = new URL(redisUrl);
  const here = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 6379) };
  const db = Number(url.pathname.slice(1) || 0);
  const access = accessOf(url, files);
  // A sentinel that is not told its port listens elsewhere than a server.
  const first = redisMode === "sentinel" && url.port === "" ? { ...here, port: 26_379 } : here;
  const nodes = [first, ...(redisNodes ?? [])];
  switch (redisMode) {
    case "single":
      return { ...access, ...here, db };
    case "sentinel":
      return { ...access, db, sentinels: nodes, name: settings.redisSentinelName, ...sentinelAccess(settings, access) };
    case "cluster":
      return { cluster: nodes, prefix: settings.keyPrefix, options: access };
  }
}

function contradictionsIn({ redisUrl, redisMode, redisNodes, redisTlsCert, redisTlsKey, ...rest }: RedisSettings) {
  const problems: string[] = [];
  const isSocket = redisUrl.startsWith("/");
  const db = isSocket ? "" : new URL(redisUrl).pathname.slice(1);
  const hasTlsFile = [rest.redisTlsCa, redisTlsCert, redisTlsKey].some((file) => file !== null);
  if (redisMode !== "single" && isSocket)
    problems.push(`REDIS_MODE: "${redisMode}" is not allowed with a Unix socket; allowed: redis:// or rediss://`);
  if (redisMode === "cluster" && !["", "0"].includes(db))
    problems.push(`REDIS_URL: database ${db} is not allowed with REDIS_MODE=cluster; allowed: none, or 0`);
  if (redisMode === "single" && redisNodes !== null)
    problems.push("REDIS_NODES: not allowed with REDIS_MODE=single; allowed: unset, or REDIS_MODE=sentinel or cluster");
  if (hasTlsFile && !redisUrl.startsWith("rediss:"))
    problems.push(
      "REDIS_TLS_CA, REDIS_TLS_CERT, REDIS_TLS_KEY: not allowed without TLS; allowed: REDIS_URL=rediss://…",
    );
  if ((redisTlsCert === null) !== (redisTlsKey === null))
    problems.push("REDIS_TLS_CERT, REDIS_TLS_KEY: one without the other is not allowed; allowed: both, or neither");
  return problems;
}

function readTlsFiles({ redisTlsCa, redisTlsCert, redisTlsKey }: RedisSettings, problems: string[]): RedisTls {
  const files = { ca: redisTlsCa, cert: redisTlsCert, key: redisTlsKey };
  const names = { ca: "REDIS_TLS_CA", cert: "REDIS_TLS_CERT", key: "REDIS_TLS_KEY" } as const;
  const read = Object.entries(files).flatMap(([key, file]) => {
    if (file === null) return [];
    try {
      return [[key, readFileSync(file, "utf8")]];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const name = names[key as keyof typeof names];
      problems.push(`${name}: ${JSON.stringify(file)} cannot be read (${code}); allowed: a PEM file`);
      return [];
    }
  });
  return Object.fromEntries(read) as RedisTls;
}

function accessOf(url: URL, files: RedisTls): RedisAccess {
  const username = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  // The nodes go by addresses, their certificates by a name: the one in the URL. Node takes no address for a name.
  const isName = !/^\[|^[\d.]+$/.test(url.hostname);
  const tls = { ...files, ...(isName ? { servername: url.hostname } : {}) };
  return {
    ...(username === "" ? {} : { username }),
    ...(password === "" ? {} : { password }),
    ...(url.protocol === "rediss:" ? { tls } : {}),
  };
}

function sentinelAccess({ redisSentinelPassword }: RedisSettings, { tls }: RedisAccess) {
  return {
    ...(redisSentinelPassword === null ? {} : { sentinelPassword: redisSentinelPassword }),
    ...(tls === undefined ? {} : { sentinelTLS: tls }),
    enableTLSForSentinelMode: tls !== undefined,
  };
}
