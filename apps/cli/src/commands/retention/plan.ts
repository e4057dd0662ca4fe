import type { Command } from "commander";
import { NotBuiltYetError } from "../../errors.js";
import { useRetention } from "../../open-retention.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention plan <target>`: what a run would delete and keep now, with a reason for each session; changes nothing. */
export function registerPlan(retention: Command, shell: Shell): void {
  const command = retention
    .command("plan")
    .argument("<target>", "its name in the configuration")
    .description("what a run would do now, with a reason for each session; changes nothing")
    .action(async (name: string) => plan(name, shell));
  withExamples(command, "retention plan recordings", "retention plan recordings --json");
}

async function plan(name: string, { context }: Shell): Promise<never> {
  return await useRetention(context, { name, needsRoot: true }, async () => {
    throw new NotBuiltYetError("retention plan");
  });
}
