import type { RetentionTarget } from "@caretaker/retention";
import { AmbiguousTargetError, UnknownNameError } from "./errors.js";

/**
 * The target of this name.
 *
 * @throws UnknownNameError, or AmbiguousTargetError where two targets have the name: nobody knows which is meant.
 */
export function chooseTarget(targets: readonly RetentionTarget[], name: string): RetentionTarget {
  const [target, second] = targets.filter((one) => one.name === name);
  if (second !== undefined) throw new AmbiguousTargetError(name);
  if (target === undefined)
    throw new UnknownNameError(
      "target",
      [name],
      targets.map((one) => one.name),
    );
  return target;
}
