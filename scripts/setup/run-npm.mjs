import { run } from "./run.mjs";

// The repository's own `.npmrc` silences npm; what it says here is shown when it fails.
const LOUD = "--loglevel=notice";

/**
 * Runs npm; the very npm that started us, where one did.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 */
export function runNpm(args, { cwd, env = process.env }) {
  const cli = env["npm_execpath"];
  return cli?.endsWith("npm-cli.js")
    ? run(process.execPath, [cli, ...args, LOUD], { cwd, env })
    : run("npm", [...args, LOUD], { cwd, env });
}
