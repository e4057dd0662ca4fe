import { once } from "node:events";
import type { RedisClient } from "@caretaker/checks/redis";
import { connect, type RedisTarget } from "@caretaker/redis-store";
import type { Redis } from "ioredis";

/** What the redis check looks at: the URL, or, behind Sentinel, Cluster or a client certificate, a connection like ours. */
export function redisOfCheck(target: RedisTarget): { readonly url: string } | { readonly client: RedisClient } {
  return typeof target === "string" ? { url: target } : { client: lookingClient(target) };
}

/** Opened at the first look, since a configuration may be read and not run; it ends with the process. */
function lookingClient(target: RedisTarget): RedisClient {
  let client: Redis | null = null;
  const ready = async () => {
    // What is wrong is what a look rejects with.
    client ??= connect(target, "reader", () => undefined);
    if (client.status !== "ready") await once(client, "ready");
    return client;
  };
  return {
    ping: async () => (await ready()).ping(),
    info: async () => (await ready()).info(),
  };
}
