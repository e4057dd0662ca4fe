import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention history <target>`: what past runs did, from the journal. */
export function registerHistory(retention: Command, shell: Shell): void {
  const command = retention
    .command("history")
    .argument("<target>", "its name in the configuration")
    .description("what past runs did, from the journal")
    .option("--limit <count>", "at most this many runs", "20")
    .action(async (name: string) => history(name, shell));
  withExamples(command, "retention history recordings", "retention history recordings --json");
}

async function history(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: false }, async () => {
    throw new NotBuiltYetError("retention history");
  });
}
