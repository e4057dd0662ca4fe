import type { HealthOptions } from "@caretaker/express";
import { createLifecycle, type SnapshotSource } from "@caretaker/health";
import { benchSource } from "../shared/bench-source.js";
import type { ServerSettings } from "./server.js";

/** The options of our own probes in every server: ready, with so many healthy checks in memory. */
export async function healthOptions({ checks, detail, redisUrl }: ServerSettings): Promise<HealthOptions> {
  const lifecycle = createLifecycle();
  lifecycle.ready();
  const source = redisUrl === undefined ? benchSource(checks) : await readFrom(redisUrl);
  return { source, lifecycle, hostId: "bench", detail };
}

// Loaded only where it is used: the client of Redis must not count against the middleware alone.
async function readFrom(redis: string): Promise<SnapshotSource> {
  const { startSnapshotReader } = await import("@caretaker/redis-store");
  return startSnapshotReader({ redis, prefix: "bench", log: { info: () => undefined, warn: () => undefined } });
}
