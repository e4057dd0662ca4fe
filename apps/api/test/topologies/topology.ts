import { askRedis } from "../../../../scripts/redis/ask-redis.mjs";
import type { RedisServer } from "../../../../scripts/testing/redis-server.ts";

/** Several Redis servers that stand in for each other, as the apps are told of them. */
export interface Topology {
  readonly name: string;
  /** What the apps need in their environment besides the key prefix. */
  readonly env: Readonly<Record<string, string>>;
  /** The server that now holds the keys of the prefix; rejects while it is not known. */
  master(): Promise<RedisServer>;
  /** Resolves when every server follows the master again, so that the next one may go. */
  untilWhole(): Promise<void>;
  stop(): Promise<void>;
}

/** How many replicas are up to date with a server. */
export async function replicasOf({ url }: RedisServer): Promise<number> {
  const [info] = await askRedis(url, [["INFO", "replication"]]);
  return String(info).match(/^slave\d+:.*state=online/gm)?.length ?? 0;
}
