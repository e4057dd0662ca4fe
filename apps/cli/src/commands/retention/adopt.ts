import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention adopt <target> <directory>`: writes a marker for a directory that has none. */
export function registerAdopt(retention: Command, shell: Shell): void {
  const command = retention
    .command("adopt")
    .argument("<target>", "its name in the configuration")
    .argument("<directory>", "its name below the root")
    .description("declare a directory a session by writing its marker")
    .option("--yes", "do not ask; needed to delete where nobody sits at a terminal")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string) => adopt(name, shell));
  withExamples(command, "retention adopt recordings 20250101-120000-c3d4");
}

async function adopt(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: true }, async () => {
    throw new NotBuiltYetError("retention adopt");
  });
}
