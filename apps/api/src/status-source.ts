import type { BalancerProfile, Readiness } from "@caretaker/health";
import type { InstanceGuard, SnapshotReader } from "@caretaker/redis-store";
import type { Status } from "@caretaker/status";
import { describeStatus } from "@caretaker/status/store";

/** Where an instance's status comes from: memory, all of it. */
export interface StatusSource {
  readonly probes: { readiness(): Readiness };
  readonly reader: Pick<SnapshotReader, "current" | "nowMs" | "readAtMs">;
  /** `null` where the guard is off. */
  readonly guard: Pick<InstanceGuard, "status"> | null;
  readonly settings: {
    readonly hostId: string;
    readonly drainDelayMs: number;
    readonly shutdownTimeoutMs: number;
    readonly maxUnavailable: number | null;
    /** The balancer in front; `null` if none was named. */
    readonly profile: BalancerProfile | null;
  };
}

/** Tells the status of this instance, which starts now, whenever it is asked. */
export function createStatusSource({ probes, reader, guard, settings }: StatusSource): () => Status {
  const { hostId: host, drainDelayMs, shutdownTimeoutMs, maxUnavailable, profile } = settings;
  const instance = { host, startedAtMs: Date.now() };
  return () =>
    describeStatus({
      snapshot: reader.current(),
      readiness: probes.readiness(),
      nowMs: reader.nowMs(),
      readAtMs: reader.readAtMs(),
      instance,
      profile,
      drainDelayMs,
      shutdownTimeoutMs,
      guard: maxUnavailable === null ? null : { maxUnavailable, fleet: guard?.status() ?? null },
    });
}
