import type { TrashedSession } from "@caretaker/retention";
import { formatSize } from "@caretaker/units";
import { humanTime } from "../render/human.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";

/** What is in a trash as a table, the longest there first. */
export function renderTrash(sessions: readonly TrashedSession[], view: View): string {
  if (sessions.length === 0) return "nothing waits in the trash";
  return formatTable({ headings: ["SESSION", "SIZE", "SINCE", "UNTIL", "CLAIM"], rows: sessions.map(toRow) }, view);
}

function toRow({ id, bytes, claimedAtMs, purgeAfterMs, claimId }: TrashedSession): Cell[] {
  const until: Cell = purgeAfterMs === null ? { text: "being deleted", tone: "warn" } : humanTime(purgeAfterMs);
  return [id, bytes === null ? "-" : formatSize(bytes), humanTime(claimedAtMs), until, claimId];
}
