import { Command } from "commander";
import { registerAudit } from "./commands/audit.js";
import { registerBudget } from "./commands/budget.js";
import { registerCheck } from "./commands/check.js";
import { registerExplain } from "./commands/explain.js";
import { registerRetention } from "./commands/retention/register.js";
import { registerStatus } from "./commands/status.js";
import { registerWatch } from "./commands/watch.js";
import { UsageError } from "./errors.js";
import type { Shell } from "./shell.js";
import { VERSION } from "./version.js";

const COMMANDS = [
  registerCheck,
  registerStatus,
  registerWatch,
  registerExplain,
  registerBudget,
  registerRetention,
  registerAudit,
];

const HELP = `
Reads the worker's settings from the environment and its caretaker.config.ts (.js, .mjs), or the built-in configuration.

Exit codes: 0 ok; 1 the verdict is fail, or something was refused or broke; 2 wrong arguments, settings or
configuration; 3 partly failed; 130 interrupted. With --format nagios: 0, 1, 2, 3 as Nagios reads them.`;

/** The command with its subcommands; it prints nothing by itself but help and the version, and never ends the process. */
export function createProgram(shell: Shell): Command {
  const { stdout, stderr } = shell.context;
  const program = new Command("caretaker")
    .description("Looks at checks, at what the fleet's workers published, and at retention targets.")
    .version(VERSION)
    .option("--json", "print one JSON document and nothing else on standard output")
    .option("--no-color", "no colours, as with NO_COLOR")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      // Told with every other failure, in the asked format.
      outputError: () => undefined,
    })
    .addHelpText("after", HELP)
    .hook("preAction", (_program, command) => refuseTwoFormats(command.optsWithGlobals()));
  for (const register of COMMANDS) register(program, shell);
  return program;
}

function refuseTwoFormats({ json, format }: { json?: boolean; format?: string }): void {
  if (json === true && format !== undefined) throw new UsageError("--json and --format do not go together; choose one");
}
