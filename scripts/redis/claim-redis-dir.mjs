import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../setup/errors.mjs";

const MARKER = "made-by-caretaker";

/**
 * The directory for the private Redis in `dataDir`, made if need be. A UserError if something is there that Caretaker
 * did not make: a Redis started on a foreign directory would load, and rewrite, foreign data.
 *
 * @param {string} dataDir absolute
 */
export function claimRedisDir(dataDir) {
  const dir = join(dataDir, "redis");
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory())
    throw new UserError(`the data directory ${dataDir} is not a directory`);
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  // Empty: ours from a start that was killed right after mkdir, or at least nothing to lose.
  else if (!existsSync(join(dir, MARKER)) && readdirSync(dir).length > 0) {
    throw new UserError(
      `${dir} holds files that Caretaker did not make, so no Redis is started there; choose another place with --data-dir`,
    );
  }
  writeFileSync(join(dir, MARKER), "This directory belongs to the Redis that `npm start` runs.\n");
  return dir;
}
