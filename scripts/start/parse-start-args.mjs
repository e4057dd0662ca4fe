import { resolve } from "node:path";
import { UserError } from "../setup/errors.mjs";

export const usage = `npm start [-- flags]: sets everything up and runs the system until Ctrl-C, SIGTERM or the line "quit".

  --port <n>        where the API listens; 0 takes any free port (default: PORT, else 3000)
  --data-dir <dir>  where Redis, the database and the recordings are kept (default: DATA_DIR, else .data)
  --no-demo         do not make demo recordings in an empty data directory
  --json            one line of JSON on stdout when ready, everything else on stderr
  --help            this text

With REDIS_URL set that Redis is used; otherwise a private one is started and stopped with the system.
`;

const ALLOWED = "allowed: --port <n>, --data-dir <dir>, --no-demo, --json, --help";

/**
 * @typedef {object} StartOptions
 * @property {number} port 0 for any free one
 * @property {string} dataDir absolute
 * @property {boolean} demo
 * @property {boolean} json
 * @property {boolean} help
 */

/**
 * Reads the flags of `npm start`; PORT and DATA_DIR serve where a flag is absent. Throws a UserError that names the bad
 * value and what is allowed: exit 2 for a flag, 78 for the environment.
 *
 * @param {readonly string[]} argv
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {StartOptions}
 */
export function parseStartArgs(argv, { env = process.env, cwd = process.cwd() } = {}) {
  refuseFlagsSwallowedByNpm(env);
  const flags = readFlags(argv);
  return {
    port: portFrom(flags.port, env),
    dataDir: resolve(cwd, flags.dataDir ?? (env["DATA_DIR"] || ".data")),
    demo: flags.demo,
    json: flags.json,
    help: flags.help,
  };
}

/** @param {readonly string[]} argv */
function readFlags(argv) {
  const flags = {
    demo: true,
    json: false,
    help: false,
    port: /** @type {string | undefined} */ (undefined),
    dataDir: /** @type {string | undefined} */ (undefined),
  };
  const rest = [...argv];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const { name, inline } = split(arg);
    if (name === "--port") flags.port = inline ?? required(name, rest.shift());
    else if (name === "--data-dir") flags.dataDir = inline ?? required(name, rest.shift());
    else if (arg === "--no-demo") flags.demo = false;
    else if (arg === "--json") flags.json = true;
    else if (arg === "--help" || arg === "-h") flags.help = true;
    else throw wrong(`unknown ${arg.startsWith("-") ? "flag" : "argument"} ${arg}; ${ALLOWED}`);
  }
  if (flags.dataDir === "") throw wrong("--data-dir needs a directory, it got nothing");
  return flags;
}

/** @param {string} arg */
function split(arg) {
  const at = arg.indexOf("=");
  return at === -1 ? { name: arg, inline: undefined } : { name: arg.slice(0, at), inline: arg.slice(at + 1) };
}

/** @param {string} name @param {string | undefined} value */
function required(name, value) {
  if (value === undefined || value.startsWith("--")) throw wrong(`${name} needs a value; ${ALLOWED}`);
  return value;
}

/** @param {string | undefined} flag @param {NodeJS.ProcessEnv} env */
function portFrom(flag, env) {
  const [name, value, exitCode] = flag === undefined ? ["PORT", env["PORT"] || "3000", 78] : ["--port", flag, 2];
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new UserError(
    `${name} must be a whole number from 0 to 65535 (0: any free port), not ${JSON.stringify(value)}`,
    { exitCode },
  );
}

/**
 * `npm start --port 0` keeps the flag for npm itself: without a word, the system would start on another port.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function refuseFlagsSwallowedByNpm(env) {
  const swallowed = [
    ["npm_config_port", "--port"],
    ["npm_config_data_dir", "--data-dir"],
  ].find(([key = ""]) => env[key] !== undefined);
  if (swallowed) throw wrong(`npm kept ${swallowed[1]} for itself; write: npm start -- ${swallowed[1]} …`);
}

/** @param {string} message */
function wrong(message) {
  return new UserError(message, { exitCode: 2 });
}
