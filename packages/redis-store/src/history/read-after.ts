import type { TransitionEntry } from "@caretaker/health";
import type { Redis } from "ioredis";
import type { Keys } from "../keys.js";
import { readEntry } from "../transition-reader.js";

/** The changes of state after one, and where to go on from. */
export interface LaterTransitions {
  /** Oldest first. */
  readonly transitions: readonly TransitionEntry[];
  /** The id of the last entry, or the one that was asked for. */
  readonly lastId: string;
}

const PAGE = 1_000;
const MAX_PAGES = 12;

/** Reads the stream after an id, some twelve thousand entries at most. */
export async function readAfter(client: Redis, keys: Keys, afterId: string): Promise<LaterTransitions> {
  const transitions: TransitionEntry[] = [];
  let lastId = afterId;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const entries = await client.xrange(keys.transitions, `(${lastId}`, "+", "COUNT", PAGE);
    transitions.push(...entries.flatMap(([id, fields]) => readEntry(id, fields) ?? []));
    lastId = entries.at(-1)?.[0] ?? lastId;
    if (entries.length < PAGE) break;
  }
  return { transitions, lastId };
}
