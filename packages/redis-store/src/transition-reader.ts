import { decodeTransition, type TransitionEntry } from "@caretaker/health";
import type { Redis } from "ioredis";
import type { Keys } from "./keys.js";
import { fromField } from "./scope-field.js";

/** Which transitions are wanted: the newest, of one check or of all. */
export interface TransitionQuery {
  readonly check?: string;
  /** At most this many; never more than 200. */
  readonly count: number;
}

// At most this many transitions are read at a time.
const MAX_READ = 200;

// Entries are looked through in pages, and no further back than this, so that one question stays cheap.
const PAGE = 500;
const MAX_PAGES = 4;

// Real ones have 13 digits; from 2^64 on Redis calls them errors, and a client's mistake must not look like an outage.
const ID = /^\d{1,18}-\d{1,18}$/;

/** Whether a text can be the id of a transition. */
export function isTransitionId(text: string): boolean {
  return ID.test(text);
}

/** The newest transitions first, from the last 2,000 of the stream; entries that cannot be read are left out. */
export async function readTransitions(client: Redis, keys: Keys, query: TransitionQuery): Promise<TransitionEntry[]> {
  const count = Math.min(query.count, MAX_READ);
  const found: TransitionEntry[] = [];
  let end = "+";
  for (let page = 0; page < MAX_PAGES && found.length < count; page += 1) {
    const entries = await client.xrevrange(keys.transitions, end, "-", "COUNT", PAGE);
    const read = entries.flatMap(([id, fields]) => readEntry(id, fields) ?? []);
    found.push(...read.filter(({ check }) => query.check === undefined || check === query.check));
    const [oldestId] = entries.at(-1) ?? [];
    if (oldestId === undefined || entries.length < PAGE) break;
    end = `(${oldestId}`;
  }
  return found.slice(0, count);
}

/** One transition by its id, or `null` where the stream has none, or none any more. */
export async function findTransition(client: Redis, keys: Keys, id: string): Promise<TransitionEntry | null> {
  if (!isTransitionId(id)) return null;
  const [entry] = await client.xrange(keys.transitions, id, id);
  return entry === undefined ? null : readEntry(entry[0], entry[1]);
}

/** The transition of an entry, or `null` for anything else. */
export function readEntry(id: string, flat: readonly string[]): TransitionEntry | null {
  const fields: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ""] = flat[index + 1] ?? "";
  const { field } = fields;
  return field === undefined ? null : decodeTransition({ id, ...fromField(field) }, fields);
}
