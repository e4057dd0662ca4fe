import { randomUUID } from "node:crypto";
import { type CheckDefinition, type CheckKey, next, type Outcome, toSpec } from "@caretaker/health";
import { createKeys, createRedisCheckStore, createWorkerRegistry, type Keys } from "@caretaker/redis-store";
import { Redis } from "ioredis";

const WORKER = { id: "worker-1", host: "worker-host", pid: 1, version: "1", startedAtMs: 1, lastRunAtMs: null };

/** The worker's side of a fleet that a test writes by hand. */
export interface FleetStore {
  readonly prefix: string;
  readonly keys: Keys;
  readonly client: Redis;
  /** Publishes one outcome as a worker would: lease, thresholds, fence. */
  publish(check: CheckDefinition, outcome: Partial<Outcome>, host?: string | null): Promise<void>;
  /** Removes the keys and closes the connection. */
  close(): Promise<void>;
}

/** A fleet whose one worker has announced these checks. */
export async function openFleetStore(url: string, checks: readonly CheckDefinition[]): Promise<FleetStore> {
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const keys = createKeys(prefix);
  const client = new Redis(url);
  client.on("error", () => undefined);
  const store = createRedisCheckStore(client, keys);
  await createWorkerRegistry(client, keys, { specs: checks.map(toSpec) }).beat(WORKER, true);
  return {
    prefix,
    keys,
    client,
    publish: async (check, changes, host = null) => {
      const key: CheckKey = { check: check.name, host };
      const begun = await store.begin(key, 5_000);
      if (begun.kind !== "begun") throw new Error(`the store answered ${begun.kind}`);
      const { fence, previous } = begun.run;
      const outcome: Outcome = { status: "pass", code: "ok", durationMs: 3, measures: {}, ...changes };
      const progress = next(previous, outcome, check);
      const runId = `${check.name}.${fence}`;
      await store.publish({ key, fence, runId, progress, outcome, previous, hungForMs: null });
    },
    close: async () => {
      const all = await client.keys(`{${prefix}}:*`).catch(() => []);
      if (all.length > 0) await client.del(all);
      client.disconnect();
    },
  };
}
