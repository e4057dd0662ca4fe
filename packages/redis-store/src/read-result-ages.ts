import { type CheckKey, decodeRecord } from "@caretaker/health";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { commandReplies, toMs } from "./read-store.js";
import { toField } from "./scope-field.js";

/**
 * How old the last result of each check is, in ms of the store's time and in the order asked for; `Infinity` where there
 * is none that can be read.
 */
export async function readResultAges(client: Redis, keys: Keys, checks: readonly CheckKey[]): Promise<number[]> {
  if (checks.length === 0) return [];
  const pipeline = client
    .pipeline()
    .time()
    .hmget(keys.states, ...checks.map(toField));
  const [time, records] = await commandReplies(pipeline.exec());
  const nowMs = toMs(time);
  return checks.map((key, index) => {
    const text = (records as (string | null)[])[index] ?? null;
    const record = text === null ? null : decodeRecord(key, text);
    return record === null || "unreadable" in record ? Number.POSITIVE_INFINITY : nowMs - record.atMs;
  });
}
