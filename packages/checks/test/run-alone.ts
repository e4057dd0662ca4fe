import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("fixtures/run-check.mjs", import.meta.url));

/** The result of a check in a process of its own, which has nothing else to do and has ended by then. */
export function runAlone(kind: string, ...args: unknown[]): Promise<unknown> {
  return run(kind, JSON.stringify(args));
}

/** The same as a user whom file permissions stop: root, whom they do not, becomes nobody for it. */
export function runAsOrdinaryUser(kind: string, ...args: unknown[]): Promise<unknown> {
  return run(kind, JSON.stringify(args), "ordinary");
}

async function run(...argv: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...argv]);
  return JSON.parse(stdout);
}
