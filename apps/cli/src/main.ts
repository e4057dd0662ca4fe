import { createProcessContext } from "./process-context.js";
import { runCli } from "./run-cli.js";

const context = createProcessContext();
const exitCode = await runCli(process.argv.slice(2), context);
// What was written last has to leave first; and a check that ignores its end must not keep the process alive.
await Promise.all([context.stdout.write(""), context.stderr.write("")]);
process.exit(exitCode);
