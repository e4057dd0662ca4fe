import { createHash } from "node:crypto";
import { type CheckKey, type CheckSpec, encodeSpec, WORKER_ALIVE_MS } from "@caretaker/health";
import type { Redis } from "ioredis";
import type { BeatInfo } from "./beat-codec.js";
import type { Keys } from "./keys.js";
import { toField } from "./scope-field.js";
import { BEAT, createScriptRunner, WITHDRAW } from "./scripts.js";

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
}

/** The living workers and the expected checks, as workers keep them in the store. */
export interface WorkerRegistry {
  /** Says that this worker lives and which checks it expects. */
  beat(info: BeatInfo): Promise<BeatReply>;
  /** Leaves: the worker is forgotten, and its host results are marked withdrawn unless its machine has another worker. */
  withdraw(workerId: string, hostResults: readonly CheckKey[]): Promise<void>;
}

/** How long a silent worker stays listed, so that an operator can see that it is gone. */
const FORGET_AFTER_MS = 3_600_000;

/** A lost schedule is back within this, the beat before it, and the run: below the 10 s that are promised. */
const REPAIR_EVERY_MS = 3_000;

/** The registry of one definition set. */
export function createWorkerRegistry(client: Redis, keys: Keys, specs: readonly CheckSpec[]): WorkerRegistry {
  const run = createScriptRunner(client);
  const encoded = specs.map((spec) => [spec.name, encodeSpec(spec)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash("sha256").update(JSON.stringify(encoded)).digest("hex").slice(0, 16);
  return {
    beat: async (info) => {
      const [nowMs, role, turn] = (await run(BEAT, [
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
        info.id,
        JSON.stringify(info),
        digest,
        WORKER_ALIVE_MS,
        FORGET_AFTER_MS,
        keys.changes,
        REPAIR_EVERY_MS,
        ...encoded.flat(),
      ])) as [number, DefinitionRole, number];
      return { nowMs, role, isTurn: turn === 1 };
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
