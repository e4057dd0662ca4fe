import { performance } from "node:perf_hooks";
import type { Redis } from "ioredis";
import { decodeChange } from "./change-codec.js";
import type { Keys } from "./keys.js";
import type { Log } from "./log.js";
import { readPulse, readStore } from "./read-store.js";
import type { SnapshotMemory } from "./snapshot-memory.js";
import { createStoreClock } from "./store-clock.js";

/** What a reader has done since it started. */
export interface SnapshotReaderStats {
  readonly refreshes: number;
  readonly messages: number;
  readonly gaps: number;
  readonly failures: number;
}

/** What a refresher reads into, and tells. */
export interface RefresherDeps {
  readonly keys: Keys;
  readonly memory: SnapshotMemory;
  readonly log: Log;
  /** How often everything is read again whatever the sequence says. */
  readonly reconcileMs: number;
}

/** Keeps the memory current; every method returns at once. */
export interface Refresher {
  /** Redis server time as this process knows it, in ms. */
  nowMs(): number;
  /** When the store answered last, in its own time; `null` before the first answer. */
  readAtMs(): number | null;
  stats(): SnapshotReaderStats;
  /** Reads everything. */
  refresh(): void;
  /** Asks for the time and the sequence, and reads everything where that is due. */
  pulse(): void;
  onMessage(text: string): void;
}

/** How long the store may be silent before it counts as unreachable. */
const UNREACHABLE_AFTER_MS = 3_000;

/** Reads the store, one read at a time; a wish to read while one is under way is remembered, not queued twice. */
export function createRefresher(client: Redis, { keys, memory, log, reconcileMs }: RefresherDeps): Refresher {
  const stats = { refreshes: 0, messages: 0, gaps: 0, failures: 0 };
  const clock = createStoreClock();
  let lastOkMs = performance.now();
  let readAtMs: number | null = null;
  let lastFullMs = Number.NEGATIVE_INFINITY;
  let said: "nothing" | "reachable" | "unreachable" = "nothing";
  let reading = false;
  let wanted = false;

  const succeed = (nowMs: number, startedMs: number) => {
    clock.set(nowMs, startedMs);
    lastOkMs = performance.now();
    readAtMs = nowMs;
    if (said !== "reachable") log.info("store reachable");
    said = "reachable";
    memory.setReachable(true);
  };
  const failWith = (error: unknown) => {
    stats.failures += 1;
    if (performance.now() - lastOkMs < UNREACHABLE_AFTER_MS || said === "unreachable") return;
    log.warn("store unreachable", { error });
    said = "unreachable";
    memory.setReachable(false);
  };
  const noteKept = createOnce(() => log.warn("store has lost its data: the last known checks stand"));
  const readAll = async () => {
    const startedMs = performance.now();
    memory.beginRead();
    const content = await readStore(client, keys, memory.current().targets);
    noteKept(memory.replace(content) === "kept");
    succeed(content.nowMs, startedMs);
    lastFullMs = startedMs;
    stats.refreshes += 1;
  };
  const pulse = async () => {
    const startedMs = performance.now();
    const { nowMs, sequence } = await readPulse(client, keys);
    if (sequence !== memory.sequence() || startedMs - lastFullMs >= reconcileMs || !memory.current().loaded)
      await readAll();
    else succeed(nowMs, startedMs);
  };
  const once = (read: () => Promise<void>) => {
    if (reading || client.status !== "ready") {
      wanted = reading;
      if (client.status !== "ready") failWith(new Error(`the connection is ${client.status}`));
      return;
    }
    reading = true;
    read()
      .catch(failWith)
      .finally(() => {
        reading = false;
        if (!wanted) return;
        wanted = false;
        once(readAll);
      });
  };
  return {
    nowMs: clock.nowMs,
    readAtMs: () => readAtMs,
    stats: () => ({ ...stats }),
    refresh: () => once(readAll),
    pulse: () => once(pulse),
    onMessage: (text: string) => {
      stats.messages += 1;
      const change = decodeChange(text);
      if (change !== null && memory.apply(change) === "applied") return;
      stats.gaps += 1;
      once(readAll);
    },
  };
}

/** Acts when a condition begins to hold, and again only after it has ended. */
function createOnce(act: () => void): (holds: boolean) => void {
  let held = false;
  return (holds) => {
    if (holds && !held) act();
    held = holds;
  };
}
