import type { Redis } from "ioredis";
import { abortable } from "./abortable.js";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A function that looks at a Redis over a connection of its own, made at the first look and kept while it works.
 *
 * It never reconnects by itself: the next look does, so that a Redis that is away costs one attempt a run and holds
 * no timer. A look that failed drops the connection, because a peer that went silent would swallow the next one too.
 */
export function createRedisConnection<T>(
  url: string,
  look: (client: Redis) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  let connection: Connection | null = null;
  return async (signal) => {
    connection ??= await open(url);
    const { client, lastError } = connection;
    try {
      const sighting = await abortable(ready(client).then(look), signal);
      // Between two looks it must not keep a process alive that has nothing else to do.
      client.stream.unref();
      return sighting;
    } catch (error) {
      connection = null;
      client.disconnect();
      throw isClosed(error) ? (lastError() ?? error) : error;
    }
  };
}

interface Connection {
  readonly client: Redis;
  readonly lastError: () => Error | undefined;
}

async function open(url: string): Promise<Connection> {
  // Imported here, because ioredis is an optional peer: who brings a client of another make needs none.
  const { Redis } = await import("ioredis");
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    // A server that is loading shall say so instead of being waited for.
    enableReadyCheck: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disableClientInfo: true,
  });
  let lastError: Error | undefined;
  client.on("error", (error: Error) => {
    lastError = error;
  });
  return { client, lastError: () => lastError };
}

async function ready(client: Redis): Promise<Redis> {
  if (client.status !== "ready") await client.connect();
  client.stream.ref();
  return client;
}

/** What ioredis rejects with when it cannot connect; why it cannot is what it emitted before. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Connection is closed");
}
