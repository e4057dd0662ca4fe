import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CheckOptions, type CheckRecord, decodeRecord, type StoredState } from "@caretaker/health";
import { Redis } from "ioredis";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { fixture, type Note, readNotes, spawnWorker } from "./worker-process.ts";

/** A check of the fixture `directed.config.mjs`; with `script`, the ready-made command check over `sh -c`. */
export type DirectedCheck = Omit<CheckOptions, "run"> & { readonly script?: string };

/**
 * What a check does from its next run on: an outcome, `flip` (either in turn), a fault, `block:<ms>` (of the event loop),
 * `once:fail` (told to `check.pid`, which then does again what others do), or
 * `wait:<ms>[:<then>]` (then whatever it is told at that moment, `then` or a pass if still to wait).
 */
export type Direction =
  | "pass"
  | "warn"
  | "fail"
  | "flip"
  | "hang"
  | "throw"
  | "junk"
  | "flood"
  | "leak"
  | "print"
  | `block:${number}`
  | "once:fail"
  | `wait:${number}`
  | `wait:${number}:${"pass" | "fail" | "flip"}`;

/** One change of state, as the stream holds it. */
export interface Transition {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly runId: string;
}

/** The store's keys that tests look into. */
export interface Keys {
  readonly states: string;
  readonly fences: string;
  readonly registry: string;
  readonly transitions: string;
  readonly sequence: string;
  readonly changes: string;
  /** BullMQ's own prefix. */
  readonly queues: string;
}

/** Worker processes of one fleet whose checks do what they are told. */
export interface DirectedFleet {
  readonly prefix: string;
  readonly keys: Keys;
  readonly client: Redis;
  start(hostId?: string, env?: Record<string, string>): SpawnedApp;
  /** Tells a check, or `check@host`, or `check.pid`. */
  direct(target: string, direction: Direction): void;
  notes(check: string, what?: Note["what"]): readonly Note[];
  /** The record of a hash field, or `null`. */
  record(field: string): Promise<CheckRecord | null>;
  /** Resolves when the field's record fits. */
  untilRecord(field: string, fits: (record: CheckRecord) => boolean, timeoutMs?: number): Promise<CheckRecord>;
  untilState(field: string, state: StoredState, timeoutMs?: number): Promise<CheckRecord>;
  /** All transitions of a field, oldest first. */
  transitions(field: string): Promise<readonly Transition[]>;
  /** Every record of the field that is published from now on, oldest first; grows. */
  follow(field: string): Promise<readonly CheckRecord[]>;
  readonly directory: string;
  close(): void;
}

/** A fleet of its own prefix; `root` is a scratch directory. */
export function openDirectedFleet(root: string, redisUrl: string, checks: readonly DirectedCheck[]): DirectedFleet {
  const id = randomUUID().slice(0, 8);
  const prefix = `directed-${id}`;
  const keys = keysOf(prefix);
  const directory = join(root, id);
  mkdirSync(directory, { recursive: true });
  const client = connect(redisUrl);
  const followers: Redis[] = [];
  const record = async (field: string) => toRecord(field, await client.hget(keys.states, field));
  const untilRecord: DirectedFleet["untilRecord"] = (field, fits, timeoutMs = 10_000) =>
    waitFor(
      async () => {
        const current = await record(field);
        return current !== null && fits(current) ? current : null;
      },
      { timeoutMs, what: `the awaited record of ${field}` },
    );
  return {
    prefix,
    keys,
    client,
    directory,
    start: (hostId = "host-a", env = {}) =>
      spawnWorker({
        REDIS_URL: redisUrl,
        KEY_PREFIX: prefix,
        HOST_ID: hostId,
        DATA_DIR: join(directory, `data-${randomUUID().slice(0, 8)}`),
        CARETAKER_CONFIG: fixture("directed.config.mjs"),
        DIRECTIONS: directory,
        CHECKS: JSON.stringify(checks),
        ...env,
      }),
    direct: (target, direction) => {
      // Renamed into place: a check that reads while it is written would be told nothing.
      writeFileSync(join(directory, `${target}.new`), direction);
      renameSync(join(directory, `${target}.new`), join(directory, target));
    },
    notes: (check, what = "start") =>
      readNotes(join(directory, "notes")).filter((note) => note.check === check && note.what === what),
    record,
    untilRecord,
    untilState: (field, state, timeoutMs) => untilRecord(field, (current) => current.state === state, timeoutMs),
    transitions: async (field) => (await readTransitions(client, keys)).filter((entry) => entry.field === field),
    follow: async (field) => {
      const follower = connect(redisUrl);
      followers.push(follower);
      return await follow(follower, keys, field);
    },
    close: () => {
      for (const open of [client, ...followers]) open.disconnect();
    },
  };
}

function keysOf(prefix: string): Keys {
  const key = (name: string) => `{${prefix}}:${name}`;
  return {
    states: key("health:states"),
    fences: key("health:fences"),
    registry: key("health:registry"),
    transitions: key("health:transitions"),
    sequence: key("health:sequence"),
    changes: key("changes"),
    queues: key("queues"),
  };
}

function connect(redisUrl: string): Redis {
  const client = new Redis(redisUrl, { retryStrategy: () => 50 });
  // A test that takes its Redis away is told by what it waits for.
  client.on("error", () => undefined);
  return client;
}

function toRecord(field: string, text: string | null): CheckRecord | null {
  if (text === null) return null;
  const [check = "", host = null] = field.split("@");
  const decoded = decodeRecord({ check, host }, text);
  return "unreadable" in decoded ? null : decoded;
}

async function readTransitions(client: Redis, keys: Keys): Promise<Transition[]> {
  const entries = await client.xrange(keys.transitions, "-", "+");
  return entries.map(([, flat]) => {
    const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : []));
    const { field = "", from = "", to = "", runId = "" } = Object.fromEntries(pairs) as Record<string, string>;
    return { field, from, to, runId };
  });
}

async function follow(follower: Redis, keys: Keys, field: string): Promise<readonly CheckRecord[]> {
  const records: CheckRecord[] = [];
  follower.on("message", (_channel, text: string) => {
    const message = JSON.parse(text) as { field?: string; record?: unknown };
    if (message.field !== field) return;
    const record = toRecord(field, JSON.stringify(message.record));
    if (record !== null) records.push(record);
  });
  await follower.subscribe(keys.changes);
  return records;
}
