import type { GuardFacts } from "./guard-facts.js";

const FEWEST_TO_COUNT = 10;
// Entries of these have no marker that anybody would have read.
const NO_MARKER: ReadonlySet<string> = new Set([
  "symlink",
  "not_a_directory",
  "other_device",
  "name_mismatch",
  "marker_missing",
  "marker_not_a_file",
]);

/** Refuses to go on where more than half of the markers cannot be read: a sick disk, or another user's files. */
export function markersUnreadable({ counts: { owned, active, held, unknown } }: GuardFacts): string | null {
  let read = owned + active + held;
  for (const [reason, count] of Object.entries(unknown)) if (!NO_MARKER.has(reason)) read += count;
  const unreadable = (unknown["marker_unreadable"] ?? 0) + (unknown["unreadable"] ?? 0);
  if (read < FEWEST_TO_COUNT || unreadable * 2 <= read) return null;
  return `${unreadable} of ${read} markers cannot be read; more than half is no time to delete`;
}
