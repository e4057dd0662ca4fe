import type { Command } from "commander";

/** Shows these command lines at the end of a command's help. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ caretaker ${example}`);
  return command.addHelpText("after", ["", "Examples:", ...lines].join("\n"));
}
