/** As much of a Redis client as the redis check uses; ioredis clients and clusters fit. */
export interface RedisClient {
  ping(): Promise<unknown>;
  info(): Promise<string>;
}

/** What one look at a Redis found. */
export interface RedisSighting {
  readonly latencyMs: number;
  readonly info: string;
}

/** One ping, timed, and one INFO, which works where CONFIG is forbidden. */
export async function lookAtRedis(client: RedisClient): Promise<RedisSighting> {
  const startedMs = performance.now();
  await client.ping();
  const latencyMs = performance.now() - startedMs;
  return { latencyMs, info: await client.info() };
}
