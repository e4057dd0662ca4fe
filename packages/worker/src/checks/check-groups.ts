import type { CheckDefinition } from "@caretaker/health";
import { staggerOffsetMs } from "./stagger.js";

/**
 * Checks of one interval whose places in it lie close together. They share a schedule, because a tick of BullMQ costs
 * more than beginning and publishing a check does; within the tick each still begins at its own place.
 */
export interface CheckGroup {
  /** The schedule's id: interval and window, so that it is the same whatever other checks there are. */
  readonly id: string;
  readonly everyMs: number;
  /** Where in the interval the tick is, in ms: never 0, which BullMQ reads as "no offset". */
  readonly offsetMs: number;
  /** How long after the tick each check begins, in ms, by its name. */
  readonly afterMs: Readonly<Record<string, number>>;
}

/** So much of an interval shares a tick, in ms: of a few checks each has its own, of many a second has four. */
export const WINDOW_MS = 250;

/** So long before its first place a tick is due, in ms: measured, BullMQ starts one up to a tenth of a second late. */
export const LEAD_MS = 125;

/** The groups of these checks; each check is in exactly one. */
export function groupChecks(checks: readonly Pick<CheckDefinition, "name" | "everyMs">[]): readonly CheckGroup[] {
  const groups = new Map<string, CheckGroup>();
  for (const { name, everyMs } of checks) {
    const placeMs = staggerOffsetMs(name, everyMs);
    const window = Math.floor(placeMs / WINDOW_MS);
    const startMs = window * WINDOW_MS - LEAD_MS;
    const id = `every-${everyMs}-${window}`;
    const afterMs = { ...groups.get(id)?.afterMs, [name]: placeMs - startMs };
    groups.set(id, { id, everyMs, offsetMs: (startMs + everyMs) % everyMs, afterMs });
  }
  return [...groups.values()];
}
