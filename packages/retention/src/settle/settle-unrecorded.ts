import { failureCodeOf } from "../failure-code.js";
import type { Intent, Outcome } from "../journal.js";
import type { ClaimResult } from "../session-result.js";
import { MAX_BATCH } from "../take/take-context.js";
import { hasClaim, type TrashListing } from "../trash/list-batches.js";
import { batchOf } from "../trash/trash-name.js";
import { settleAbsent } from "./settle-absent.js";
import type { SettleContext } from "./settle-context.js";

/** Settles the intents that only the journal knows of: their sessions never moved, or are gone with their records. */
export async function settleUnrecorded({ batches }: TrashListing, context: SettleContext): Promise<void> {
  if (context.options.signal?.aborted === true) return;
  // What is in the trash without a record was reported as such.
  const absent = [...context.unsettled.values()].filter(
    ({ claimId }) => !hasClaim(batches.get(batchOf(claimId) ?? ""), claimId),
  );
  for (let start = 0; start < absent.length; start += MAX_BATCH) {
    await settleSome(absent.slice(start, start + MAX_BATCH), context);
  }
}

async function settleSome(intents: readonly Intent[], context: SettleContext): Promise<void> {
  const { open, options, target, sessions } = context;
  const settled = intents.map((intent) => ({ intent, result: settle(intent, context) }));
  const about = { atMs: options.nowMs(), runId: options.runId, target: target.name, root: open.identity.path };
  await options.journal.append(
    ...settled.map(({ intent: { id, claimId }, result }): Outcome => {
      return { type: "outcome", ...about, id, claimId, ...result };
    }),
  );
  options.onStep?.("outcomes");
  for (const { intent, result } of settled) {
    // A claim a crash had interrupted before it began is not a failure.
    if (result.result !== "kept") sessions.add({ id: intent.id, ...result });
    options.onResult?.({ id: intent.id, ...result });
  }
}

function settle({ id, identity }: Intent, { open }: SettleContext): ClaimResult {
  try {
    return settleAbsent(open.root, { id, ino: identity.ino });
  } catch (error) {
    return { result: "in_trash", code: failureCodeOf(error), bytesFreed: 0 };
  }
}
