import { checkNode } from "./check-node.mjs";

/**
 * The way into every command: checks Node, then loads and runs the command's main module. The module comes by a dynamic
 * import so that an old Node reads the sentence about its version and not a syntax error.
 *
 * @param {() => Promise<{ main: (argv: string[]) => Promise<number> }>} load `main` resolves with the exit code
 */
export async function enter(load) {
  checkNode();
  // Whoever reads us may go away first (`| head`, a closed terminal); that must not end us in the middle of stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  process.exit(await runMain(load));
}

/** @param {() => Promise<{ main: (argv: string[]) => Promise<number> }>} load */
async function runMain(load) {
  try {
    const { main } = await load();
    return await main(process.argv.slice(2));
  } catch (error) {
    const { UserError } = await import("./errors.mjs");
    const known = error instanceof UserError;
    process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    return known ? error.exitCode : 1;
  }
}
