import type { Redis } from "ioredis";

// A handshake is two round trips: this is enough where each takes a second.
const HANDSHAKE_MS = 3_000;

/**
 * Gives up a connection that was accepted and is not ready in time. A server that hangs is still connected to by its
 * system, and a blocking connection would otherwise wait as long for its greeting as for a job, past the election of
 * another master.
 */
export function boundHandshake(client: Redis): void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => clearTimeout(timer);
  client.on("connect", () => {
    end();
    timer = setTimeout(() => client.disconnect(true), HANDSHAKE_MS);
    timer.unref();
  });
  for (const event of ["ready", "close", "end"]) client.on(event, end);
}
