import {
  type CheckRecord,
  type CheckSpec,
  decodeRecord,
  decodeSpec,
  defineCheck,
  isCheckName,
  toSpec,
  type UnreadableRecord,
} from "@caretaker/health";
import type { Redis } from "ioredis";
import { decodeBeat, type StoredBeat } from "./beat-codec.js";
import type { Keys } from "./keys.js";
import { readTargets, type TargetReports } from "./read-targets.js";
import { fromField } from "./scope-field.js";

/** Everything the store holds for a reader, read in one go. */
export interface StoreContent {
  readonly sequence: number;
  /** Whether a worker has written its definitions: `false` in a store that is new or has lost its data. */
  readonly isInstalled: boolean;
  readonly specs: ReadonlyMap<string, CheckSpec>;
  /** The checks of {@link StoreContent.specs} whose settings could not be read: no result of theirs is believed. */
  readonly unreadableSpecs: ReadonlySet<string>;
  readonly records: ReadonlyMap<string, CheckRecord | UnreadableRecord>;
  readonly workers: readonly StoredBeat[];
  readonly targets: readonly TargetReports[];
}

/** The store's clock and the sequence of its last publication: what a cheap poll asks for. */
export interface StorePulse {
  readonly nowMs: number;
  readonly sequence: number;
}

/** Two commands: is the store there, what time is it there, and has anything been published. */
export async function readPulse(client: Redis, keys: Keys): Promise<StorePulse> {
  const [time, sequence] = await commandReplies(client.pipeline().time().get(keys.sequence).exec());
  return { nowMs: toMs(time), sequence: Number(sequence ?? 0) };
}

/** Reads all; the reports of a target only where its newest is not the one in `known`. */
export async function readStore(
  client: Redis,
  keys: Keys,
  known: readonly TargetReports[],
): Promise<StoreContent & StorePulse> {
  // The sequence first: whatever is published while the rest is read then counts as new, never as seen.
  const pipeline = client.pipeline().time().get(keys.sequence).get(keys.registryDigest);
  pipeline.hgetall(keys.registry).hgetall(keys.states);
  const reply = await commandReplies(
    pipeline.hgetall(keys.workers).hgetall(keys.targets).hgetall(keys.reportHeads).exec(),
  );
  const [time, sequence, digest, registry, states, workers, targets, heads] = reply as [
    unknown,
    unknown,
    unknown,
    ...Hash[],
  ];
  const { specs, unreadableSpecs } = readSpecs(registry ?? {});
  return {
    nowMs: toMs(time),
    sequence: Number(sequence ?? 0),
    isInstalled: digest !== null,
    specs,
    unreadableSpecs,
    records: readRecords(states ?? {}, unreadableSpecs),
    workers: Object.values(workers ?? {}).flatMap((text) => decodeBeat(text) ?? []),
    targets: await readTargets(client, keys, { statuses: targets ?? {}, heads: heads ?? {}, known }),
  };
}

type Hash = Record<string, string>;

/** What each command of a pipeline answered; rejects with the first error among them. */
export async function commandReplies(
  execution: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<unknown[]> {
  const results = (await execution) ?? [];
  return results.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  });
}

/** The reply to `TIME` in ms. */
export function toMs(time: unknown): number {
  const [seconds, micros] = time as [string | number, string | number];
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

// Stands where settings cannot be read: the check would otherwise be missing, and a missing check is a pass.
const DEFAULT_SPEC = toSpec(defineCheck({ name: "unreadable", run: () => undefined }));

/** The expected checks of the registry's hash; one whose settings cannot be read stands with the defaults. */
export function readSpecs(registry: Hash): Pick<StoreContent, "specs" | "unreadableSpecs"> {
  const names = Object.keys(registry).filter(isCheckName).sort();
  const read = names.map((name) => [name, readSpec(name, registry[name] ?? "")] as const);
  return {
    specs: new Map(read.map(([name, spec]) => [name, spec ?? { ...DEFAULT_SPEC, name }])),
    unreadableSpecs: new Set(read.filter(([, spec]) => spec === null).map(([name]) => name)),
  };
}

function readSpec(name: string, text: string): CheckSpec | null {
  const spec = decodeSpec(text);
  return spec?.name === name ? spec : null;
}

/** The records of the hash of states by their fields. */
export function readRecords(states: Hash, unreadableSpecs: ReadonlySet<string>): StoreContent["records"] {
  const records = Object.entries(states).map(([field, text]) => [field, decodeRecord(fromField(field), text)] as const);
  return new Map([
    ...records.filter(([, { check }]) => !unreadableSpecs.has(check)),
    ...[...unreadableSpecs].map((check) => [check, { check, host: null, unreadable: true }] as const),
  ]);
}
