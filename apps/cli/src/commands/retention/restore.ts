import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention restore <target> <session>`: brings a session back from the trash. */
export function registerRestore(retention: Command, shell: Shell): void {
  const command = retention
    .command("restore")
    .argument("<target>", "its name in the configuration")
    .argument("<session>", "its directory name")
    .description("bring a session back from the trash")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string) => restore(name, shell));
  withExamples(command, "retention restore recordings 20261124-081500-a1b2");
}

async function restore(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: true }, async () => {
    throw new NotBuiltYetError("retention restore");
  });
}
