import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention run <target>`: deletes what the plan says. */
export function registerRun(retention: Command, shell: Shell): void {
  const command = retention
    .command("run")
    .argument("<target>", "its name in the configuration")
    .description("delete what the plan says, after asking")
    .option("--yes", "do not ask; needed to delete where nobody sits at a terminal")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string) => runNow(name, shell));
  withExamples(command, "retention run recordings", "retention run recordings --yes --reason 'disk is full'");
}

async function runNow(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: true }, async () => {
    throw new NotBuiltYetError("retention run");
  });
}
