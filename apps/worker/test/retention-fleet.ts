import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type CheckRecord, decodeRecord } from "@caretaker/health";
import { createKeys, type Keys, readTarget } from "@caretaker/redis-store";
import { type CleanupClient, createCleanupClient } from "@caretaker/worker";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { fixture, scratchDirectory, spawnWorker } from "./worker-process.ts";

/** What a target of the fixture `retention.config.mjs` is declared with, besides its root and its rule. */
export type DeclaredTarget = { readonly name: string } & Readonly<Record<string, unknown>>;

/** Worker processes of one fleet with retention targets, each machine with its own directories. */
export interface RetentionFleet {
  readonly keys: Keys;
  readonly client: Redis;
  readonly cleanup: CleanupClient;
  /** The root of the targets, one directory for all machines. */
  rootOf(target: string): string;
  /** A machine's data directory. */
  dataDirOf(hostId: string): string;
  sessionsIn(target: string): string[];
  start(hostId?: string, env?: Readonly<Record<string, string>>): SpawnedApp;
  /** What the store says of a target. */
  target(name: string): ReturnType<typeof readTarget>;
  reports(name: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Resolves when the target's check has this state and code. */
  untilHealth(name: string, state: CheckRecord["state"], code: string): Promise<void>;
  close(): void;
}

/** Worker processes start, stop and find each other dead: how long that takes is the machine's matter. */
export const PATIENT = { timeoutMs: 40_000 };
/** For a test of several such waits. */
export const TEST_MS = 120_000;

/** What opens fleets that are closed after the tests of the calling file. */
export function retentionFleets(): (...targets: readonly DeclaredTarget[]) => RetentionFleet {
  const directory = scratchDirectory();
  const fleets: RetentionFleet[] = [];
  afterAll(() => {
    for (const fleet of fleets) fleet.close();
  });
  return (...targets) => {
    const fleet = openRetentionFleet(directory, process.env["CARETAKER_TEST_REDIS_URL"] ?? "", targets);
    fleets.push(fleet);
    return fleet;
  };
}

/** A fleet of its own prefix below `directory`. */
export function openRetentionFleet(
  directory: string,
  redisUrl: string,
  targets: readonly DeclaredTarget[],
): RetentionFleet {
  const prefix = `retention-${randomUUID().slice(0, 8)}`;
  const keys = createKeys(prefix);
  const client = new Redis(redisUrl);
  client.on("error", () => undefined);
  const base = join(directory, prefix);
  const rootOf = (target: string) => join(base, target);
  const dataDirOf = (hostId: string) => join(base, `data-${hostId}`);
  for (const { name } of targets) mkdirSync(rootOf(name), { recursive: true });
  const declared = targets.map((target) => ({ root: rootOf(target.name), ...target }));
  const cleanup = createCleanupClient({ redis: redisUrl, prefix });
  return {
    keys,
    client,
    cleanup,
    rootOf,
    dataDirOf,
    sessionsIn: (target) => readdirSync(rootOf(target)).filter((name) => !name.startsWith(".")),
    start: (hostId = "host-a", env = {}) =>
      spawnWorker({
        REDIS_URL: redisUrl,
        ...env,
        KEY_PREFIX: prefix,
        HOST_ID: hostId,
        DATA_DIR: dataDirOf(hostId),
        CARETAKER_CONFIG: fixture("retention.config.mjs"),
        TARGETS: JSON.stringify(declared),
      }),
    target: (name) => readTarget(client, keys, name),
    reports: async (name) => (await client.lrange(keys.reports(name), 0, -1)).map((text) => JSON.parse(text)),
    untilHealth: async (name, state, code) => {
      const check = `retention-${name}`;
      await waitFor(
        async () => {
          const text = await client.hget(keys.states, check);
          const record = text === null ? null : decodeRecord({ check, host: null }, text);
          return record !== null && "state" in record && record.state === state && record.outcome.code === code;
        },
        { what: `${check} to be ${state} with ${code}`, timeoutMs: 40_000 },
      );
    },
    close: () => {
      client.disconnect();
      cleanup.close();
    },
  };
}
