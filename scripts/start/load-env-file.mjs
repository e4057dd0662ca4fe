import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Takes over the variables of `<directory>/.env`, where there is one; what the environment already has wins.
 *
 * @param {string} directory
 */
export function loadEnvFile(directory) {
  const path = join(directory, ".env");
  if (existsSync(path)) process.loadEnvFile(path);
}
