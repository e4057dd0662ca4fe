import { UserError } from "../setup/errors.mjs";
import { examine } from "./examine.mjs";

const SIGNS = { ok: "ok   ", note: "note ", wrong: "WRONG" };

/**
 * `npm run doctor [-- --json]`: says what this machine has and lacks; changes nothing.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code: 1 when something is wrong, so that the system will not run
 */
export async function main(argv) {
  const unknown = argv.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw new UserError(`unknown flag ${unknown}; allowed: --json`, { exitCode: 2 });
  const findings = await examine(process.env);
  if (argv.includes("--json")) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else
    for (const { level, what, says } of findings) process.stdout.write(`${SIGNS[level]}  ${what.padEnd(16)} ${says}\n`);
  return findings.some(({ level }) => level === "wrong") ? 1 : 0;
}
