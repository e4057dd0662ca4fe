import { performance } from "node:perf_hooks";
import type { SnapshotReader } from "@caretaker/redis-store";
import { MAX_TRANSITIONS, type Past } from "./describe-history.js";

/** How long what was read of the past is told again before it is read anew. */
const FRESH_MS = 5_000;

/** The past as read from the store: at most one reading in five seconds for each check that is asked for, however many ask. */
export interface PastSource {
  /** Of one check, or with `null` of all; rejects where it was never read and the store is away. */
  read(check: string | null): Promise<Past>;
}

interface Held {
  readonly atMs: number;
  readonly past: Promise<Past>;
  /** What was read before, for as long as the store is away. */
  readonly before: Past | null;
}

/** Reads through the reader's connection. Asked for checks that exist only, it holds no more than those. */
export function createPastSource(
  reader: Pick<SnapshotReader, "readStrips" | "readTransitions" | "nowMs">,
  monotonicMs: () => number = () => performance.now(),
): PastSource {
  const held = new Map<string | null, Held>();
  const readNow = async (check: string | null): Promise<Past> => {
    const query = { count: MAX_TRANSITIONS, ...(check === null ? {} : { check }) };
    const [strips, transitions] = await Promise.all([reader.readStrips(), reader.readTransitions(query)]);
    return { strips, transitions, readAtMs: reader.nowMs() };
  };
  return {
    read: async (check) => {
      const known = held.get(check);
      const isFresh = known !== undefined && monotonicMs() - known.atMs < FRESH_MS;
      const current = isFresh ? known : { atMs: monotonicMs(), past: readNow(check), before: known?.before ?? null };
      held.set(check, current);
      try {
        const past = await current.past;
        if (held.get(check) === current) held.set(check, { ...current, before: past });
        return past;
      } catch (error) {
        if (current.before === null) throw error;
        return current.before;
      }
    },
  };
}
