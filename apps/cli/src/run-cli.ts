import type { CliContext } from "./context.js";
import { createProgram } from "./create-program.js";
import { createShell } from "./shell.js";

/** Runs one command line and gives the process's exit code; never throws, whatever goes wrong is told. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const shell = createShell(args, context);
  try {
    await createProgram(shell).parseAsync([...args], { from: "user" });
    return shell.exitCode();
  } catch (error) {
    return await shell.fail(error);
  }
}
