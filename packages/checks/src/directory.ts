import { constants } from "node:fs";
import { access, lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { type CheckDefinition, type CheckResult, fail, pass } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { FLAG, PATH } from "./rules.js";
import { singleFlight } from "./single-flight.js";

/** What {@link directory} asks of the directory besides being there. */
export interface DirectoryOptions extends CommonOptions {
  /** Default `true`. */
  readonly writable?: boolean;
  /** Default `true`: it belongs to the user this process runs as. */
  readonly ownedByUs?: boolean;
}

/**
 * A directory is there (`not_found`), is no symbolic link, and is writable and ours (`permission`). Nothing is written
 * to find out: that would change the directory's modification time, which others may go by. Named `directory`, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function directory(path: string, options: DirectoryOptions = {}): CheckDefinition {
  const { writable = true, ownedByUs = true } = options;
  const inspect = singleFlight(() => inspectDirectory(path, { writable, ownedByUs }));
  return declareCheck({
    defaults: { name: "directory", scope: "host", componentType: "system" },
    given: { path, ...options },
    rules: { path: PATH, writable: FLAG, ownedByUs: FLAG },
    run: ({ signal }) => abortable(inspect(), signal),
  });
}

async function inspectDirectory(path: string, asked: { writable: boolean; ownedByUs: boolean }): Promise<CheckResult> {
  // Resolved, because a trailing slash makes lstat follow the link it should report.
  const stat = await lstat(resolve(path));
  if (!stat.isDirectory()) return fail("not_found", { error: new Error("the path is not a directory") });
  if (asked.ownedByUs && stat.uid !== process.geteuid?.()) {
    return fail("permission", { error: new Error(`the directory belongs to user ${stat.uid}`) });
  }
  await access(path, constants.R_OK | constants.X_OK | (asked.writable ? constants.W_OK : 0));
  return pass();
}
