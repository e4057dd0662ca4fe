import type { RunProgress } from "@caretaker/retention";
import { formatSize } from "@caretaker/units";

const DOING = { settling: "settling what was left", scanning: "looking at sessions", deleting: "deleting" } as const;

/** How far a run is, in a line. */
export function describeProgress({ phase, done, total, failed, bytesFreed }: RunProgress): string {
  const count = total > 0 ? ` ${done} of ${total}` : done > 0 ? ` ${done}` : "";
  const freed = bytesFreed > 0 ? `, ${formatSize(bytesFreed)} freed` : "";
  return `${DOING[phase]}${count}${freed}${failed > 0 ? `, ${failed} failed` : ""}`;
}
