import {
  type CheckRecord,
  type CheckSpec,
  decodeRecord,
  decodeSpec,
  type UnreadableRecord,
  type WorkerBeat,
} from "@caretaker/health";
import type { Redis } from "ioredis";
import { decodeBeat } from "./beat-codec.js";
import type { StoredReport, TargetReports, TargetStatus } from "./cleanup-status.js";
import { MAX_REPORTS } from "./cleanup-status.js";
import type { Keys } from "./keys.js";
import { fromField } from "./scope-field.js";

/** Everything the store holds for a reader, read in one go. */
export interface StoreContent {
  readonly sequence: number;
  readonly specs: ReadonlyMap<string, CheckSpec>;
  readonly records: ReadonlyMap<string, CheckRecord | UnreadableRecord>;
  readonly workers: readonly WorkerBeat[];
  readonly targets: readonly TargetReports[];
}

/** The store's clock and the sequence of its last publication: what a cheap poll asks for. */
export interface StorePulse {
  readonly nowMs: number;
  readonly sequence: number;
}

/** Two commands: is the store there, what time is it there, and has anything been published. */
export async function readPulse(client: Redis, keys: Keys): Promise<StorePulse> {
  const [time, sequence] = await replies(client.pipeline().time().get(keys.sequence).exec());
  return { nowMs: toMs(time), sequence: Number(sequence ?? 0) };
}

/** Reads all; the reports of a target only where its newest is not the one in `known`. */
export async function readStore(
  client: Redis,
  keys: Keys,
  known: readonly TargetReports[],
): Promise<StoreContent & StorePulse> {
  // The sequence first: whatever is published while the rest is read then counts as new, never as seen.
  const pipeline = client.pipeline().time().get(keys.sequence).hgetall(keys.registry).hgetall(keys.states);
  const reply = await replies(pipeline.hgetall(keys.workers).hgetall(keys.targets).hgetall(keys.reportHeads).exec());
  const [time, sequence, registry, states, workers, targets, heads] = reply as [unknown, unknown, ...Hash[]];
  return {
    nowMs: toMs(time),
    sequence: Number(sequence ?? 0),
    specs: readSpecs(registry ?? {}),
    records: readRecords(states ?? {}),
    workers: Object.values(workers ?? {}).flatMap((text) => decodeBeat(text) ?? []),
    targets: await readTargets(client, keys, { statuses: targets ?? {}, heads: heads ?? {}, known }),
  };
}

type Hash = Record<string, string>;

async function replies(execution: Promise<[error: Error | null, result: unknown][] | null>): Promise<unknown[]> {
  const results = (await execution) ?? [];
  return results.map(([error, result]) => {
    if (error !== null) throw error;
    return result;
  });
}

function toMs(time: unknown): number {
  const [seconds, micros] = time as [string | number, string | number];
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

function readSpecs(registry: Hash): Map<string, CheckSpec> {
  const specs = Object.values(registry).flatMap((text) => decodeSpec(text) ?? []);
  return new Map(specs.sort((a, b) => (a.name < b.name ? -1 : 1)).map((spec) => [spec.name, spec]));
}

function readRecords(states: Hash): Map<string, CheckRecord | UnreadableRecord> {
  return new Map(Object.entries(states).map(([field, text]) => [field, decodeRecord(fromField(field), text)]));
}

interface TargetSources {
  readonly statuses: Hash;
  readonly heads: Hash;
  readonly known: readonly TargetReports[];
}

async function readTargets(
  client: Redis,
  keys: Keys,
  { statuses, heads, known }: TargetSources,
): Promise<TargetReports[]> {
  const found = Object.values(statuses)
    .flatMap((text) => parse<TargetStatus>(text) ?? [])
    .map(async (status) => {
      const before = known.find(({ target }) => target === status.target);
      const isKnown = before !== undefined && before.reports[0]?.runId === heads[status.target];
      return { ...status, reports: isKnown ? before.reports : await readReports(client, keys, status.target) };
    });
  return Promise.all(found);
}

async function readReports(client: Redis, keys: Keys, target: string): Promise<StoredReport[]> {
  const texts = await client.lrange(keys.reports(target), 0, MAX_REPORTS - 1);
  return texts.flatMap((text) => parse<StoredReport>(text) ?? []);
}

// Written by workers of the same version or another, shown to people and never acted on: an object is enough.
function parse<T>(text: string): T | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as T) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
