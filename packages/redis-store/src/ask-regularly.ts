import type { Redis } from "ioredis";

const EVERY_MS = 1_000;

/**
 * Pings every second while connected. An idle connection never notices that its line is dead; asked, its socket timeout
 * does, so that each of several connections finds out at the same time and not one after the other.
 */
export function askRegularly(client: Redis): void {
  const timer = setInterval(() => {
    // What is wrong the connection reports itself.
    if (client.status === "ready") client.ping().catch(() => undefined);
  }, EVERY_MS);
  timer.unref();
  client.once("end", () => clearInterval(timer));
}
