import type { Command } from "commander";
import type { Answer } from "../../answer.js";
import { useRetention } from "../../open-retention.js";
import { type Consent, needConsent } from "../../retention/ask-first.js";
import { askForPlan } from "../../retention/ask-for-plan.js";
import { journalReason } from "../../retention/journal-reason.js";
import { runAnswer } from "../../retention/run-answer.js";
import { runTarget } from "../../retention/run-target.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention confirm <target> <plan>`: lets a plan go ahead that a guard has stopped. */
export function registerConfirm(retention: Command, shell: Shell): void {
  const command = retention
    .command("confirm")
    .argument("<target>", "its name in the configuration")
    .argument("<plan>", "the id of the plan that was stopped, in full")
    .description("let exactly this plan go ahead that a guard has stopped, after asking")
    .option("--yes", "do not ask; needed to delete where nobody sits at a terminal")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string, planId: string, options: ConfirmOptions) =>
      shell.answer(await confirm({ name, planId }, options, shell)),
    );
  withExamples(command, "retention confirm recordings <plan id> --reason 'moved to a smaller policy'");
}

interface ConfirmOptions extends Consent {
  readonly reason?: string;
}

interface Confirmed {
  readonly name: string;
  readonly planId: string;
}

async function confirm({ name, planId }: Confirmed, options: ConfirmOptions, shell: Shell): Promise<Answer> {
  const { context } = shell;
  needConsent(options, context);
  return await useRetention(context, { name, needsRoot: true }, async (open) => {
    const reason = journalReason(options.reason, context);
    if (options.yes !== true) await askForPlan(open, reason, shell, planId);
    return runAnswer(await runTarget(open, { dryRun: false, reason, confirmPlanId: planId }, context), context);
  });
}
