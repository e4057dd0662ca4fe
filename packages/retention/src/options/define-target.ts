import { InvalidTargetError } from "../errors.js";
import type { RetentionTarget, TargetOptions } from "../target.js";
import { readTarget } from "./read-target.js";

/**
 * Declares a target and fills in the defaults: minimum age 1 h, active for 1 h after the last change, a run every
 * hour, no budget. Does not touch the disk; `validateRoot` does.
 *
 * @throws {@link InvalidTargetError} naming every option that is wrong, its value and what is allowed.
 */
export function defineTarget(options: TargetOptions): RetentionTarget {
  const problems: string[] = [];
  const target = readTarget(options, problems);
  if (problems.length > 0) throw new InvalidTargetError(problems);
  return target;
}
