import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidConfigError } from "./errors.js";

const NAMES = ["caretaker.config.ts", "caretaker.config.js", "caretaker.config.mjs"] as const;

/**
 * The configuration file to use: the one that was named, else the one in the working directory, else `null`.
 *
 * @throws {@link InvalidConfigError} if the named file does not exist, or if there are two to choose from.
 */
export function findConfig(named: string | null, directory: string): string | null {
  if (named !== null) {
    const path = resolve(directory, named);
    if (!existsSync(path)) throw new InvalidConfigError(path, "CARETAKER_CONFIG names this file and it does not exist");
    return path;
  }
  const [found, second] = NAMES.map((name) => resolve(directory, name)).filter((path) => existsSync(path));
  if (found !== undefined && second !== undefined) {
    throw new InvalidConfigError(found, `${second} exists too; keep one of them or name one in CARETAKER_CONFIG`);
  }
  return found ?? null;
}
