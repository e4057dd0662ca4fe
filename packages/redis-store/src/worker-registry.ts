import { createHash } from "node:crypto";
import { type CheckKey, type CheckSpec, encodeSpec, WORKER_ALIVE_MS } from "@caretaker/health";
import type { Redis } from "ioredis";
import type { BeatInfo } from "./beat-codec.js";
import type { Keys } from "./keys.js";
import { toField } from "./scope-field.js";
import { BEAT } from "./scripts/beat.js";
import { createScriptRunner } from "./scripts/script.js";
import { WITHDRAW } from "./scripts/withdraw.js";

/**
 * Whose definitions are in force: `superseded`, a living worker carries newer ones; `current`, ours; `installed`, ours,
 * and the registry was missing or another's until this beat.
 */
export type DefinitionRole = "superseded" | "current" | "installed";

/** The answer to a beat. */
export interface BeatReply {
  /** Redis server time, in ms. */
  readonly nowMs: number;
  readonly role: DefinitionRole;
  /** Whether it is this worker's turn to look after the fleet's schedules: one of them does, not all. */
  readonly isTurn: boolean;
  /** How many other living workers have a clock that agrees with the store's, and definitions that are not older. */
  readonly othersInSync: number;
  /** Machines that were forgotten at this beat, with their results: the caller removes their queues. */
  readonly forgottenHosts: readonly string[];
}

/** The living workers and the expected checks, as workers keep them in the store. */
export interface WorkerRegistry {
  /** Says that this worker lives, which checks it expects, and whether its clock agreed with the store's last time. */
  beat(info: BeatInfo, isInSync: boolean): Promise<BeatReply>;
  /** Leaves: the worker is forgotten, and its host results are marked withdrawn unless its machine has another worker. */
  withdraw(workerId: string, hostResults: readonly CheckKey[]): Promise<void>;
}

/** How long a silent worker stays listed, so that an operator can see that it is gone. */
const FORGET_AFTER_MS = 3_600_000;

/** How long a machine without workers keeps its results and queue: it may be back after a repair. */
const FORGET_HOST_AFTER_MS = 24 * 3_600_000;

/** A lost schedule is back within this, the beat before it, and the run: below the 10 s that are promised. */
const REPAIR_EVERY_MS = 3_000;

/** What a registry is made for. */
export interface WorkerRegistryOptions {
  /** The definition set of this worker. */
  readonly specs: readonly CheckSpec[];
  readonly forgetHostAfterMs?: number;
}

/** The registry of one definition set. */
export function createWorkerRegistry(
  client: Redis,
  keys: Keys,
  { specs, forgetHostAfterMs = FORGET_HOST_AFTER_MS }: WorkerRegistryOptions,
): WorkerRegistry {
  const run = createScriptRunner(client);
  const encoded = specs.map((spec) => [spec.name, encodeSpec(spec)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash("sha256").update(JSON.stringify(encoded)).digest("hex").slice(0, 16);
  return {
    beat: async (info, isInSync) => {
      const [nowMs, role, turn, othersInSync, forgottenHosts] = (await run(BEAT, [
        keys.workers,
        keys.beats,
        keys.workerVersions,
        keys.definitions,
        keys.registry,
        keys.registryDigest,
        keys.states,
        keys.fences,
        keys.sequence,
        keys.repairTurn,
        keys.inSync,
        keys.hosts,
        info.id,
        JSON.stringify(info),
        digest,
        WORKER_ALIVE_MS,
        FORGET_AFTER_MS,
        keys.changes,
        REPAIR_EVERY_MS,
        info.host,
        isInSync ? 1 : 0,
        forgetHostAfterMs,
        ...encoded.flat(),
      ])) as [number, DefinitionRole, number, number, string[]];
      return { nowMs, role, isTurn: turn === 1, othersInSync, forgottenHosts };
    },
    withdraw: async (workerId, hostResults) => {
      const fields = hostResults.map(toField);
      await run(WITHDRAW, [
        keys.workers,
        keys.beats,
        keys.workerVersions,
        keys.states,
        keys.sequence,
        workerId,
        keys.changes,
        WORKER_ALIVE_MS,
        ...fields,
      ]);
    },
  };
}
