import type { TransitionEntry } from "../transition.js";
import { type HistoryStore, isCurrent, type StripEntry } from "./history-store.js";
import { HISTORY_MS } from "./ranges.js";
import { mergeStrips } from "./strip.js";

/** A {@link HistoryStore} that lasts as long as its process: what a worker without a database remembers. */
export function createMemoryHistoryStore(): HistoryStore {
  const strips = new Map<string, StripEntry>();
  const transitions = new Map<string, TransitionEntry>();
  return {
    merge: async (entries) => {
      for (const entry of entries) {
        const key = `${entry.range}|${entry.series}`;
        const held = strips.get(key);
        strips.set(key, held === undefined ? entry : { ...entry, strip: mergeStrips(held.strip, entry.strip) });
      }
      return [...strips.values()];
    },
    add: async (entries) => {
      for (const entry of entries) if (!transitions.has(entry.id)) transitions.set(entry.id, entry);
    },
    newest: async (count) => [...transitions.values()].sort((a, b) => a.atMs - b.atMs).slice(-count),
    prune: async (nowMs) => {
      for (const [key, entry] of strips) if (!isCurrent(entry, nowMs)) strips.delete(key);
      for (const [id, { atMs }] of transitions) if (atMs < nowMs - HISTORY_MS) transitions.delete(id);
    },
  };
}
