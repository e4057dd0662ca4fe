import { lstatSync, renameSync } from "node:fs";
import { type FailureCode, failureCodeOf } from "../failure-code.js";
import { identityOf, isSameDirectory } from "../identity.js";
import { differenceOf, inspectPlanned } from "../scan/verify-session.js";
import { putBack } from "../trash/put-back.js";
import { createTurns } from "../turns.js";
import type { TakeContext } from "./take-context.js";
import { endTaking, isOpen, type Taking } from "./taking.js";

/**
 * Moves each session into the trash by one rename, looks at what came there, and puts back at once what is not what
 * was planned. Those that stay open are claimed, and would be after a power cut.
 */
export async function claimSessions(takings: readonly Taking[], context: TakeContext): Promise<void> {
  const { open, isOver } = context;
  const turns = createTurns();
  for (const taking of takings) {
    if (isOver()) endTaking(taking, { result: "kept", code: "interrupted", bytesFreed: 0 }, context);
    else claim(taking, context);
    await turns.next();
  }
  try {
    await Promise.all([open.root.sync(), open.trash.sync()]);
    context.onStep?.("synced");
  } catch (error) {
    const code = failureCodeOf(error);
    for (const taking of takings.filter(isOpen))
      endTaking(taking, { result: "in_trash", code, bytesFreed: 0 }, context);
  }
}

function claim(taking: Taking, context: TakeContext): void {
  const { open, onStep } = context;
  try {
    renameSync(open.root.child(taking.id), open.trash.child(taking.record.claimId));
  } catch (error) {
    const code = failureCodeOf(error, "claim_failed");
    endTaking(taking, { result: "kept", code, bytesFreed: 0 }, context);
    return;
  }
  onStep?.("claimed");
  const difference = compare(taking, context);
  if (difference !== null) giveBack(taking, { context, code: difference });
  onStep?.("compared");
}

// Between the last look and the rename another directory may have taken the name, or a hold may have come.
function compare(taking: Taking, { open: { trash }, target }: TakeContext): FailureCode | null {
  const { entry, record, session } = taking;
  try {
    const claimed = lstatSync(trash.child(record.claimId), { bigint: true });
    if (session === null || !isSameDirectory(identityOf(claimed), entry.identity)) return "changed";
    taking.session = session.movedTo(trash, record.claimId);
    return differenceOf(inspectPlanned(taking.session, { planned: entry, owns: target.owns }), entry);
  } catch (error) {
    return failureCodeOf(error);
  }
}

/** Moves a claimed session that must not be deleted back to its place; where its name was taken, it stays in the trash. */
export function giveBack(
  taking: Taking,
  { context, code }: { context: TakeContext; code: FailureCode | "interrupted" },
): void {
  const { root, trash } = context.open;
  try {
    const isBack = putBack({ root, trash, claimId: taking.record.claimId, id: taking.id });
    const end = isBack ? ({ result: "kept", code } as const) : ({ result: "in_trash", code: "name_taken" } as const);
    endTaking(taking, { ...end, bytesFreed: 0 }, context);
  } catch (error) {
    endTaking(taking, { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 }, context);
  }
  context.onStep?.("put_back");
}
