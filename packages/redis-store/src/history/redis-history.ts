import {
  BUCKETS,
  type CheckRecord,
  type CheckSpec,
  encodeStrip,
  type StripEntry,
  type TransitionEntry,
} from "@caretaker/health";
import type { Redis } from "ioredis";
import type { Keys } from "../keys.js";
import { readRecords, readSpecs } from "../read-store.js";
import { toField } from "../scope-field.js";
import { MERGE_STRIPS } from "../scripts/merge-strips.js";
import { RESTORE_TRANSITIONS } from "../scripts/restore-transitions.js";
import { createScriptRunner } from "../scripts/script.js";
import { readAfter } from "./read-after.js";
import { isBefore } from "./stream-id.js";
import { toStripEntries, toStripField } from "./strip-field.js";

/** What of the past, and of the present that becomes it, the store holds. */
export interface RedisHistoryView {
  /** Redis server time, in ms. */
  readonly nowMs: number;
  readonly specs: ReadonlyMap<string, CheckSpec>;
  readonly records: readonly CheckRecord[];
  readonly strips: readonly StripEntry[];
  /** The changes of state after the one that was asked for, oldest first. */
  readonly transitions: readonly TransitionEntry[];
  /** Where to go on from: the id of the last entry, or the one that was asked for. */
  readonly lastId: string;
  /** The id of the oldest entry; `null` in an empty stream. */
  readonly firstId: string | null;
}

/** The recent history in Redis, as a worker keeps it. */
export interface RedisHistory {
  /** Whether asking now makes sense: the connection is there. */
  isReady(): boolean;
  read(afterId: string): Promise<RedisHistoryView>;
  /** Merges strips in, and removes those that are over. */
  merge(entries: readonly StripEntry[], over: readonly StripEntry[]): Promise<void>;
  /** Puts changes back that the store has lost, those before `firstId`; how many. */
  restore(transitions: readonly TransitionEntry[], firstId: string | null): Promise<number>;
}

/** A stream as long as this has lost nothing: what it lacks has been trimmed. */
const LONG_STREAM = 1_000;

/** The history under one key prefix. */
export function createRedisHistory(client: Redis, keys: Keys): RedisHistory {
  const run = createScriptRunner(client);
  return {
    isReady: () => client.status === "ready",
    read: (afterId) => read(client, keys, afterId),
    merge: async (entries, over) => {
      const given = entries.flatMap((entry) => [toStripField(entry), encodeStrip(entry.strip)]);
      await run(MERGE_STRIPS, [keys.strips, BUCKETS, entries.length, ...given, ...over.map(toStripField)]);
    },
    restore: async (transitions, firstId) => {
      const lost = transitions.filter(({ id }) => firstId === null || isBefore(id, firstId));
      if (lost.length === 0) return 0;
      const entries = lost
        .toSorted((a, b) => (isBefore(a.id, b.id) ? -1 : 1))
        .map((entry) => [entry.id, fieldsOf(entry)]);
      return Number(
        await run(RESTORE_TRANSITIONS, [keys.transitions, firstId ?? "", JSON.stringify(entries), LONG_STREAM]),
      );
    },
  };
}

async function read(client: Redis, keys: Keys, afterId: string): Promise<RedisHistoryView> {
  const pipeline = client.pipeline().time().hgetall(keys.registry).hgetall(keys.states).hgetall(keys.strips);
  const replies = (await pipeline.xrange(keys.transitions, "-", "+", "COUNT", 1).exec()) ?? [];
  const [time, registry, states, strips, first] = replies.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  }) as [[string, string], Hash, Hash, Hash, Entry[]];
  const { specs, unreadableSpecs } = readSpecs(registry);
  const records = [...readRecords(states, unreadableSpecs).values()];
  return {
    nowMs: Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000),
    specs,
    records: records.flatMap((record) => ("unreadable" in record ? [] : [record])),
    strips: toStripEntries(strips),
    firstId: first[0]?.[0] ?? null,
    ...(await readAfter(client, keys, afterId)),
  };
}

type Hash = Record<string, string>;
type Entry = [id: string, fields: string[]];

/** An entry as the script that published it wrote it. */
function fieldsOf({ check, host, from, to, code, runId, atMs, cause }: TransitionEntry): string[] {
  const fields = ["field", toField({ check, host }), "from", from, "to", to, "code", code, "runId", runId];
  return [...fields, "at", String(atMs), "cause", cause === null ? "" : JSON.stringify(cause)];
}
