import { UserError } from "../setup/errors.mjs";
import { exchange } from "./exchange.mjs";
import { smokeChecks } from "./smoke-checks.mjs";

const usage = "usage: npm run smoke [-- --url <http://host:port>]   (default http://127.0.0.1:3000)\n";

/**
 * `npm run smoke`: asks a running system what a probe and an operator would ask first, and prints a checklist.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code: 0 when every line is ok
 */
export async function main(argv) {
  if (argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(usage);
    return 0;
  }
  const url = parseUrl(argv);
  let failures = 0;
  for (const { name, check } of smokeChecks) {
    const problem = await check((path, method) => exchange(new URL(path, url), method)).catch(
      (/** @type {Error} */ error) => `${error.message} (is the system running at ${url.origin}?)`,
    );
    process.stdout.write(problem === undefined ? `ok    ${name}\n` : `FAIL  ${name}: ${problem}\n`);
    if (problem !== undefined) failures++;
  }
  process.stdout.write(`\n${smokeChecks.length - failures} of ${smokeChecks.length} ok\n`);
  return failures === 0 ? 0 : 1;
}

/** @param {string[]} argv */
function parseUrl(argv) {
  const [flag, value] = argv[0]?.startsWith("--url=") ? ["--url", argv[0].slice("--url=".length)] : argv;
  if (flag === undefined) return new URL("http://127.0.0.1:3000");
  if (flag !== "--url") throw new UserError(`unknown argument ${flag}\n${usage.trim()}`, { exitCode: 2 });
  const url = URL.canParse(value ?? "") ? new URL(value ?? "") : undefined;
  if (url?.protocol === "http:") return url;
  throw new UserError(`--url must be an http:// address, not ${JSON.stringify(value ?? "")}`, { exitCode: 2 });
}
