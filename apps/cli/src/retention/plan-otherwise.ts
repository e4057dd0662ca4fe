import { comparePlans, defineTarget, type Policy, type RetentionTarget } from "@caretaker/retention";
import type { Answer } from "../answer.js";
import type { CliContext } from "../context.js";
import { UsageError } from "../errors.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { OpenRetention } from "../open-retention.js";
import { renderDifference } from "./render-difference.js";
import { planTarget } from "./run-target.js";

/**
 * What other keep rules would delete now, held against those of the configuration; the journal hears of neither.
 *
 * @throws UsageError or InvalidTargetError for rules that are none.
 */
export async function planOtherwise(open: OpenRetention, keep: string, context: CliContext): Promise<Answer> {
  const policy = policyOf(open.target, keep);
  const unrecorded = {
    ...open,
    journal: { ...open.journal, append: () => undefined, recordDecisions: async () => {} },
  };
  const now = await planTarget(unrecorded, "what if", context);
  const changed = await planTarget({ ...unrecorded, target: { ...open.target, policy } }, "what if", context);
  const { guards, shortfalls } = changed.report;
  const difference = comparePlans(now.plan, changed.plan);
  const report = { target: open.target.name, root: open.target.root, keep, policy, guards, shortfalls, ...difference };
  return { exitCode: EXIT_CODES.ok, data: report, text: (view) => renderDifference(report, view) };
}

/** The target's policy with these keep rules in place of its own, as if the configuration said them. */
function policyOf({ name, root, owns, policy }: RetentionTarget, keep: string): Policy {
  const rules = Object.fromEntries(keep.split(",").map(readRule));
  const { minFree, minAgeMs } = policy;
  return { ...defineTarget({ name, root, owns, keep: rules }).policy, minFree, minAgeMs };
}

function readRule(text: string): [string, string | number] {
  const [, rule, value] = /^\s*([A-Za-z]+)=([^=\s]+)\s*$/.exec(text) ?? [];
  if (rule === undefined || value === undefined) {
    throw new UsageError(
      `--keep ${JSON.stringify(text)} is not allowed; allowed: rule=value, for example last=50,within=30d`,
    );
  }
  return [rule, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
}
