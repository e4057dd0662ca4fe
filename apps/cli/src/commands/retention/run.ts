import type { Command } from "commander";
import type { Answer } from "../../answer.js";
import { UsageError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import { type Consent, needConsent } from "../../retention/ask-first.js";
import { askForPlan } from "../../retention/ask-for-plan.js";
import { journalReason } from "../../retention/journal-reason.js";
import { runAnswer } from "../../retention/run-answer.js";
import { runTarget } from "../../retention/run-target.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention run <target>`: deletes what the plan says. */
export function registerRun(retention: Command, shell: Shell): void {
  const command = retention
    .command("run")
    .argument("<target>", "its name in the configuration")
    .description("delete what the plan says, after asking; exit 3 where some of it failed")
    .option("--yes", "do not ask; needed to delete where nobody sits at a terminal")
    .option("--dry-run", "touch nothing, and say what a run would come to")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string, options: RunCommandOptions) => shell.answer(await runNow(name, options, shell)));
  withExamples(
    command,
    "retention run recordings",
    "retention run recordings --dry-run",
    "retention run recordings --yes --reason 'disk is full'",
  );
}

interface RunCommandOptions extends Consent {
  readonly dryRun?: boolean;
  readonly reason?: string;
}

async function runNow(name: string, options: RunCommandOptions, shell: Shell): Promise<Answer> {
  const { context } = shell;
  const { yes = false, dryRun = false } = options;
  if (yes && dryRun) throw new UsageError("--yes and --dry-run do not go together; choose one");
  if (!dryRun) needConsent(options, context);
  return await useRetention(context, { name, needsRoot: true }, async (open) => {
    const reason = journalReason(options.reason, context);
    // What was shown and agreed to is what is deleted, or nothing is.
    const agreed = yes || dryRun ? {} : { onlyPlanId: await askForPlan(open, reason, shell) };
    return runAnswer(await runTarget(open, { dryRun, reason, ...agreed }, context), context);
  });
}
