import { performance } from "node:perf_hooks";
import {
  decideGuard,
  type FleetCount,
  type Guard,
  type GuardDecision,
  type GuardSelf,
  INSTANCE_ALIVE_MS,
  UNGUARDED,
} from "@caretaker/health";
import type { Redis } from "ioredis";
import { connect, type RedisTarget } from "./connect.js";
import { createErrorLimiter } from "./error-limiter.js";
import { createKeys, type Keys } from "./keys.js";
import type { Log } from "./log.js";
import { INSTANCE_BEAT, INSTANCE_LEAVE } from "./scripts/instance-beat.js";
import { createScriptRunner, type ScriptRunner } from "./scripts/script.js";

/** How an instance takes part. */
export interface InstanceGuardOptions {
  readonly redis: RedisTarget;
  readonly prefix: string;
  /** Unique among the living instances. */
  readonly instanceId: string;
  /** The share, above 0 and below 1, of the instances that may leave at once. */
  readonly maxUnavailable: number;
  readonly log: Log;
  /** Default 2000 ms: how often it beats while nothing changes. */
  readonly beatMs?: number;
  /** Default `performance.now`: a monotonic clock in ms. */
  readonly monotonicMs?: () => number;
}

/** What the guard sees and does, for a status page. */
export interface GuardStatus extends Omit<FleetCount, "self"> {
  readonly maxUnavailable: number;
  readonly isHolding: boolean;
  /** Since the last count, in ms. */
  readonly ageMs: number;
}

/** What an instance says of itself, and whether its failure is being held back. */
export interface InstanceSelf extends GuardSelf {
  readonly isHeldBack: boolean;
}

/** Counts the living instances by their beats, and decides from the last count. */
export interface InstanceGuard extends Guard {
  /** Begins to beat with what `self` says; `null` from it means that this instance has left, or is not there yet. */
  watch(self: () => InstanceSelf | null): void;
  /** `null` before the first count. */
  status(): GuardStatus | null;
  /** Leaves at once, rather than by silence; bounded, and no error where the store is away. */
  leave(): Promise<void>;
  stop(): void;
}

/** How often it looks whether its own verdict has changed, which is told at once: memory only. */
const LOOK_MS = 250;

/** Joins the instances of a prefix. It beats from {@link InstanceGuard.watch} on. */
export function createInstanceGuard(options: InstanceGuardOptions): InstanceGuard {
  const { maxUnavailable, log, beatMs = 2_000, monotonicMs = () => performance.now() } = options;
  const limitErrors = createErrorLimiter(log);
  const onError = (error: Error) => limitErrors("guard", error);
  const client = connect(options.redis, "store", onError);
  const beatOnce = createBeat(client, createKeys(options.prefix), options.instanceId);
  let self: () => InstanceSelf | null = () => null;
  let last: { readonly count: FleetCount; readonly atMs: number } | null = null;
  let told: GuardSelf | null = null;
  let dueMs = Number.NEGATIVE_INFINITY;
  let isBeating = false;
  let hasLeft = false;
  let isHolding = false;
  let timer: NodeJS.Timeout | undefined;

  const ageMs = () => (last === null ? Number.POSITIVE_INFINITY : monotonicMs() - last.atMs);
  const decision = (): GuardDecision =>
    hasLeft || last === null ? UNGUARDED : decideGuard({ count: last.count, ageMs: ageMs(), maxUnavailable });
  const note = ({ isHeldBack }: InstanceSelf) => {
    if (isHeldBack === isHolding) return;
    isHolding = isHeldBack;
    if (isHolding) log.warn("guard holds back a failing verdict", { ...statusOf() });
    else log.info("guard no longer holds anything back", { ...statusOf() });
  };
  const statusOf = () => {
    if (last === null) return null;
    const { live, readyOnce, failing } = last.count;
    return { live, readyOnce, failing, maxUnavailable, isHolding, ageMs: Math.round(ageMs()) };
  };
  const beat = async ({ isReadyOnce, isFailing }: GuardSelf) => {
    const now = { isReadyOnce, isFailing };
    isBeating = true;
    told = now;
    const askedMs = monotonicMs();
    dueMs = askedMs + beatMs;
    try {
      const count = await beatOnce.beat(now);
      // Of the moment it was asked for: a slow answer must not look younger than it is.
      if (!hasLeft) last = { count, atMs: askedMs };
    } catch {
      // The connection reports that the store is away, and the age of the last count tells the rest.
      told = null;
    } finally {
      isBeating = false;
    }
  };
  const look = () => {
    const now = self();
    if (now === null || hasLeft) return;
    note(now);
    const hasChanged = told?.isFailing !== now.isFailing || told.isReadyOnce !== now.isReadyOnce;
    if (!isBeating && client.status === "ready" && (hasChanged || monotonicMs() >= dueMs)) void beat(now);
  };
  return {
    decision,
    watch: (ask) => {
      self = ask;
      timer ??= setInterval(look, LOOK_MS);
      look();
    },
    status: statusOf,
    leave: async () => {
      hasLeft = true;
      last = null;
      if (client.status === "ready") await beatOnce.leave().catch(() => undefined);
    },
    stop: () => {
      clearInterval(timer);
      client.disconnect();
    },
  };
}

function createBeat(client: Redis, keys: Keys, id: string) {
  const run: ScriptRunner = createScriptRunner(client);
  return {
    beat: async (self: GuardSelf): Promise<FleetCount> => {
      const value = `${Number(self.isReadyOnce)}${Number(self.isFailing)}`;
      const args = [keys.instances, keys.instanceBeats, id, value, INSTANCE_ALIVE_MS];
      const [live, readyOnce, failing] = (await run(INSTANCE_BEAT, args)) as [number, number, number];
      return { live, readyOnce, failing, self };
    },
    leave: async () => {
      await run(INSTANCE_LEAVE, [keys.instances, keys.instanceBeats, id]);
    },
  };
}
