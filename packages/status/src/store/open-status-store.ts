import { hostname } from "node:os";
import { assessReadiness } from "@caretaker/health";
import { type Log, type RedisTarget, startSnapshotReader } from "@caretaker/redis-store";
import type { History, HistoryRange, Status } from "../types.js";
import { createPastSource } from "./create-past-source.js";
import { describeHistory } from "./describe-history.js";
import { describeStatus } from "./describe-status.js";

/** How the store is reached, and for whom. */
export interface StatusStoreOptions {
  readonly redis: RedisTarget;
  /** Default `caretaker`. */
  readonly prefix?: string;
  /** Whose machine's results count; default this host's name. Those of others are shown. */
  readonly hostId?: string;
  /** Default nowhere. */
  readonly log?: Log;
}

/** The status straight from Redis, for a dashboard of one's own: the user `reader` of the shipped ACL is enough. */
export interface StatusStore {
  /** The status at this moment, from memory. */
  status(): Status;
  /** What was; read from Redis at most once in five seconds. Rejects where it was never read and Redis is away. */
  history(question: { readonly range: HistoryRange; readonly check?: string }): Promise<History>;
  /** Calls after whatever may have changed the status; returns what ends that. Time alone, which ages results, calls nothing. */
  onChange(listener: () => void): () => void;
  close(): void;
}

const SILENT: Log = { info: () => undefined, warn: () => undefined };

/** Opens two connections and keeps the status current until it is closed; before the first answer it is empty, and says so. */
export function openStatusStore(options: StatusStoreOptions): StatusStore {
  const { redis, prefix = "caretaker", hostId = hostname(), log = SILENT } = options;
  const reader = startSnapshotReader({ redis, prefix, log });
  const past = createPastSource(reader);
  const instance = { host: hostId, startedAtMs: Date.now() };
  return {
    status: () => {
      const [snapshot, nowMs] = [reader.current(), reader.nowMs()];
      // Nobody is sent here by a balancer, so nothing starts, drains or is held back.
      const readiness = assessReadiness(snapshot, { nowMs, hostId, lifecycle: "ready", graceOver: true });
      const timing = { profile: null, drainDelayMs: 0, shutdownTimeoutMs: 1 };
      return describeStatus({
        snapshot,
        readiness,
        nowMs,
        readAtMs: reader.readAtMs(),
        instance,
        guard: null,
        ...timing,
      });
    },
    history: async ({ range, check = null }) =>
      describeHistory({
        past: await past.read(check),
        snapshot: reader.current(),
        nowMs: reader.nowMs(),
        range,
        check,
      }),
    onChange: reader.onChange,
    close: reader.stop,
  };
}
