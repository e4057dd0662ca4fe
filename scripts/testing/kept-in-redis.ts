import { askRedis } from "../redis/ask-redis.mjs";
import { waitFor } from "./wait-for.ts";

/**
 * Writes what is to be there after a restart. Resolves when the server has handed it to the system: with `appendfsync
 * everysec` it holds a write back while an earlier one is on its way to the disk, for up to 2 s, and a SIGKILL in that time
 * loses it.
 */
export async function keepInRedis(url: string, value = "yes"): Promise<void> {
  await askRedis(url, [["SET", "kept", value]]);
  const isHandedOver = async () => {
    const [persistence] = await askRedis(url, [["INFO", "persistence"]]);
    return String(persistence).includes("aof_buffer_length:0\r");
  };
  await waitFor(isHandedOver, { what: "the write to reach the file" });
}

/** What was written, or `null`. */
export async function keptInRedis(url: string): Promise<unknown> {
  return (await askRedis(url, [["GET", "kept"]]))[0];
}
