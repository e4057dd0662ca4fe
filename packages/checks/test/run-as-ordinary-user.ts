import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("fixtures/run-check.mjs", import.meta.url));

/** The result of a check as a user whom file permissions stop: root, whom they do not, becomes nobody for it. */
export async function runAsOrdinaryUser(kind: string, ...args: unknown[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, kind, JSON.stringify(args)]);
  return JSON.parse(stdout);
}
