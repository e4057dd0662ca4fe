import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, createKeys, type Keys, type OnConnectionError, type RedisTarget } from "@caretaker/redis-store";
import type { Queue, Telemetry } from "bullmq";
import type { Redis } from "ioredis";
import { openQueue } from "./queue.js";

/** How to reach the queues. */
export interface ProducerOptions {
  readonly redis: RedisTarget;
  /** Default `caretaker`. */
  readonly prefix?: string;
  readonly onError?: OnConnectionError;
  /** Traces what is asked for, as by bullmq-otel: the run continues the trace of whoever asked. */
  readonly telemetry?: Telemetry;
}

/** Queues to put something into, on one bounded connection. */
export interface Producer<Data> {
  /** A queue by its name, once the connection stands or has had the time to. */
  queue(name: string): Promise<Queue<Data>>;
  readonly connection: Redis;
  readonly keys: Keys;
  close(): void;
}

const FIRST_CONNECTION_MS = 1_500;

/** Opens the connection. */
export function openProducer<Data>(options: ProducerOptions): Producer<Data> {
  const { redis, prefix = "caretaker", onError, telemetry } = options;
  const connection = connect(redis, "producer", onError ?? (() => undefined));
  // A caller may ask right after opening; later a connection that is away refuses at once.
  const firstConnection = Promise.race([
    once(connection, "ready"),
    sleep(FIRST_CONNECTION_MS, undefined, { ref: false }),
  ]).catch(() => undefined);
  const keys = createKeys(prefix);
  const place = { prefix: keys.queues, ...(telemetry === undefined ? {} : { telemetry }) };
  const queues = new Map<string, Queue<Data>>();
  return {
    queue: async (name) => {
      await firstConnection;
      const queue = queues.get(name) ?? openQueue<Data>(name, connection, place);
      queues.set(name, queue);
      return queue;
    },
    connection,
    keys,
    close: () => connection.disconnect(),
  };
}
