import { type CheckDefinition, type CheckResult, fail, pass, warn } from "@caretaker/health";
import { type Duration, parseDuration } from "@caretaker/units";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { createRedisConnection } from "./redis-connection.js";
import { redisErrorCode } from "./redis-error-code.js";
import { lookAtRedis, type RedisClient, type RedisSighting } from "./redis-look.js";
import { DURATION, REDIS_URL, type Rule } from "./rules.js";

export type { RedisClient } from "./redis-look.js";

/** Which Redis, and how slow it may be. Give `url` or `client`. */
export interface RedisOptions extends CommonOptions {
  /** `redis://`, `rediss://` or the path of a Unix socket. The check keeps one connection of its own. */
  readonly url?: string;
  /** A connection of yours, which you close: for Sentinel, Cluster or client certificates. */
  readonly client?: RedisClient;
  /** Default `200ms`: a slower ping is a `warn`. */
  readonly maxLatency?: Duration;
}

const RULES: Readonly<Record<string, Rule>> = {
  url: REDIS_URL,
  client: { allowed: "a client with ping() and info()", allows: isClient },
  maxLatency: DURATION,
};

/**
 * Redis answers, is a master (a replica is `bad_status`), keeps what it is given (`maxmemory-policy` other than
 * `noeviction` is a `warn`) and answers in time. Measures `latencyMs`, `usedMemoryBytes`. Named `redis`, fleet scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function redis(options: RedisOptions): CheckDefinition {
  const { url, client, maxLatency = "200ms" } = options;
  const look = client === undefined ? createRedisConnection(url ?? "", lookAtRedis) : lookerOf(client);
  return declareCheck({
    defaults: { name: "redis", componentType: "datastore" },
    given: options,
    rules: RULES,
    problems: (url === undefined) === (client === undefined) ? ["either url or client is needed"] : [],
    run: async ({ signal }) => judge(await look(signal), parseDuration(maxLatency)),
    codeOf: redisErrorCode,
  });
}

function lookerOf(client: RedisClient): (signal: AbortSignal) => Promise<RedisSighting> {
  return (signal) => abortable(lookAtRedis(client), signal);
}

function judge({ latencyMs, info }: RedisSighting, maxLatencyMs: number): CheckResult {
  const usedMemory = Number(field(info, "used_memory") ?? Number.NaN);
  const measures = {
    latencyMs: { value: Math.round(latencyMs * 10) / 10, unit: "ms" },
    ...(Number.isFinite(usedMemory) ? { usedMemoryBytes: { value: usedMemory, unit: "bytes" } } : {}),
  };
  const role = field(info, "role");
  if (role === "slave") return fail("bad_status", { measures, error: new Error("the server is a replica") });
  const policy = field(info, "maxmemory_policy");
  const evicts = policy !== undefined && policy !== "noeviction";
  return evicts || latencyMs > maxLatencyMs ? warn("threshold", measures) : pass(measures);
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}

function isClient(value: unknown): boolean {
  const { ping, info } = (typeof value === "object" && value !== null ? value : {}) as Partial<RedisClient>;
  return typeof ping === "function" && typeof info === "function";
}
