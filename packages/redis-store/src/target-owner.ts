import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { CLAIM_TARGET, RELEASE_TARGET } from "./scripts/claim-target.js";
import { createScriptRunner } from "./scripts/script.js";

/** Which machine runs a target: one root is on one disk, so two machines that have a target of one name are a mistake. */
export interface TargetOwner {
  /** Takes the target, or goes on having it, for half a minute; answers the machine that has it. */
  claim(target: string, host: string): Promise<string>;
  release(target: string, host: string): Promise<void>;
}

// Ten beats of a worker.
const KEPT_MS = 30_000;

/** Keeps the owners in Redis. */
export function createTargetOwner(client: Redis, keys: Keys): TargetOwner {
  const run = createScriptRunner(client);
  return {
    claim: async (target, host) => String(await run(CLAIM_TARGET, [keys.targetOwner(target), host, KEPT_MS])),
    release: async (target, host) => {
      await run(RELEASE_TARGET, [keys.targetOwner(target), host]);
    },
  };
}
