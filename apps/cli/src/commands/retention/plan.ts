import type { Command } from "commander";
import type { Answer } from "../../answer.js";
import { useRetention } from "../../open-retention.js";
import { journalReason } from "../../retention/journal-reason.js";
import { planAnswer } from "../../retention/plan-answer.js";
import { planOtherwise } from "../../retention/plan-otherwise.js";
import { planTarget } from "../../retention/run-target.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention plan <target>`: what a run would delete and keep now, with a reason for each session; changes nothing. */
export function registerPlan(retention: Command, shell: Shell): void {
  const command = retention
    .command("plan")
    .argument("<target>", "its name in the configuration")
    .description("what a run would do now, with a reason for each session; touches nothing in the root")
    .option("--all", "each entry of a long list on a terminal too, where it is drawn together otherwise")
    .option("--keep <rules>", "what these keep rules would delete instead, for example last=50,within=30d")
    .action(async (name: string, options: PlanOptions) => shell.answer(await plan(name, options, shell)));
  withExamples(
    command,
    "retention plan recordings",
    "retention plan recordings --all | less",
    "retention plan recordings --keep last=50,within=30d",
    "retention plan recordings --json",
  );
}

interface PlanOptions {
  readonly all?: boolean;
  readonly keep?: string;
}

async function plan(name: string, { all = false, keep }: PlanOptions, { context }: Shell): Promise<Answer> {
  return await useRetention(context, { name, needsRoot: true }, async (open) => {
    if (keep !== undefined) return await planOtherwise(open, keep, context);
    const made = await planTarget(open, journalReason(undefined, context), context);
    return await planAnswer(made, open, { isDrawnTogether: !all && context.stdout.isTerminal });
  });
}
