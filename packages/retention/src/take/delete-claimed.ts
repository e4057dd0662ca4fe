import { namesWithMounts } from "../root/mount-points.js";
import { resultOf } from "../trash/result-of.js";
import type { TreeResult } from "../trash/tree-task.js";
import { giveBack } from "./claim-sessions.js";
import type { TakeContext } from "./take-context.js";
import { endTaking, isOpen, type Taking } from "./taking.js";

/** Ends claimed sessions: those that are to wait stay in the trash, the others are deleted, or put back when stopped. */
export async function deleteClaimed(takings: readonly Taking[], context: TakeContext): Promise<void> {
  const { open, workers, signal, isOver, onStep } = context;
  for (const taking of takings.filter(({ record }) => record.purgeAfterMs !== null)) {
    endTaking(taking, { result: "trashed", code: "ok", bytesFreed: 0 }, context);
  }
  giveBackMounts(takings.filter(isOpen), context);
  const going = takings.filter(isOpen);
  const tasks = going.map(({ record, entry, session }) => {
    const { claimId: name, markerName } = record;
    return { kind: "delete", name, markerName, ino: entry.identity.ino, fd: session?.fd } as const;
  });
  const onDone = (index: number, result: TreeResult) => {
    const taking = going[index];
    if (taking !== undefined) endTaking(taking, resultOf(result), context);
    onStep?.("deleted");
  };
  const onFileDeleted = onStep && (() => onStep("file_deleted"));
  const run = { parent: open.trash, signal, isOver: () => isOver(), onDone, onFileDeleted };
  await workers.run(isOver() ? [] : tasks, run);
  await putBackTheRest(going.filter(isOpen), context);
}

// Asked before anything is deleted, since the walk would notice only on its way.
function giveBackMounts(takings: readonly Taking[], context: TakeContext): void {
  const mounts = namesWithMounts(context.open.trash);
  for (const taking of takings) {
    if (mounts.has(taking.record.claimId)) giveBack(taking, { context, code: "mount_inside" });
  }
}

async function putBackTheRest(takings: readonly Taking[], context: TakeContext): Promise<void> {
  if (takings.length === 0) return;
  for (const taking of takings) giveBack(taking, { context, code: "interrupted" });
  try {
    await Promise.all([context.open.root.sync(), context.open.trash.sync()]);
  } catch {
    // Each is in its place now; should a power cut undo that, the next run finishes what it finds in the trash.
  }
}
