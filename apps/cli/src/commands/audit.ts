import type { Command } from "commander";
import { NotBuiltYetError } from "../errors.js";
import type { Shell } from "../shell.js";
import { withExamples } from "../with-examples.js";

/** `caretaker audit [target]`: the journal against what is on disk. */
export function registerAudit(program: Command, _shell: Shell): void {
  const command = program
    .command("audit")
    .argument("[target]", "its name in the configuration; all targets unless named")
    .description("hold the journal against what is on disk")
    .action(() => {
      throw new NotBuiltYetError("audit");
    });
  withExamples(command, "audit", "audit recordings --json");
}
