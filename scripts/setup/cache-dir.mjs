import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where things that are costly to make are kept between clones: the built native module, an unpacked Redis.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheDir(env = process.env) {
  const base = env["XDG_CACHE_HOME"] || join(env["HOME"] || homedir(), ".cache");
  return join(base, "caretaker");
}
