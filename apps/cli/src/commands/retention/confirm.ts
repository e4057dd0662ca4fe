import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention confirm <target> <plan>`: lets a plan go ahead that a guard has stopped. */
export function registerConfirm(retention: Command, shell: Shell): void {
  const command = retention
    .command("confirm")
    .argument("<target>", "its name in the configuration")
    .argument("<plan>", "the id of the plan that was stopped")
    .description("let a plan go ahead that a guard has stopped")
    .option("--yes", "do not ask; needed to delete where nobody sits at a terminal")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string) => confirm(name, shell));
  withExamples(command, "retention confirm recordings 3f2a91c07d54");
}

async function confirm(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: true }, async () => {
    throw new NotBuiltYetError("retention confirm");
  });
}
