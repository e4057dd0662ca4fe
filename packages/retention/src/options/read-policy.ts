import type { Policy } from "../policy.js";
import type { TargetOptions } from "../target.js";
import { type Complain, isRecord, refuseUnknown, show } from "./option-problems.js";
import { readCount, readDuration, readSize } from "./read-values.js";

const KEEP_RULES = ["last", "within", "daily", "weekly", "monthly", "maxBytes"];
const MARKS = ["warn", "target"];

/** What these options keep; complains of each value that is wrong, and when there is no rule at all. */
export function readPolicy({ keep, minFree, minAge = "1h" }: TargetOptions, complain: Complain): Policy {
  refuseNoRule({ keep, minFree }, complain);
  const rules = readRules(keep, complain);
  return {
    last: readCount("keep.last", rules.last, complain),
    withinMs: rules.within === undefined ? null : readDuration("keep.within", rules.within, complain),
    daily: readCount("keep.daily", rules.daily, complain),
    weekly: readCount("keep.weekly", rules.weekly, complain),
    monthly: readCount("keep.monthly", rules.monthly, complain),
    maxBytes: readSize("keep.maxBytes", rules.maxBytes, complain),
    minFree: minFree === undefined ? null : readMinFree(minFree, complain),
    minAgeMs: readDuration("minAge", minAge, complain),
  };
}

// Without any rule everything would be "beyond" what is kept: a forgotten option must not empty a root.
function refuseNoRule({ keep, minFree }: { keep: unknown; minFree: unknown }, complain: Complain): void {
  const isGiven = isRecord(keep) && Object.values(keep).some((rule) => rule !== undefined);
  if (isGiven || minFree !== undefined) return;
  complain(
    `keep is ${show(keep)}, which keeps nothing; at least one of ${KEEP_RULES.join(", ")}, or minFree, is needed`,
  );
}

type KeepOptions = NonNullable<TargetOptions["keep"]>;

function readRules(keep: unknown, complain: Complain): KeepOptions {
  if (keep === undefined) return {};
  if (!isRecord(keep)) {
    complain(`keep is ${show(keep)}; an object with ${KEEP_RULES.join(", ")} is allowed`);
    return {};
  }
  refuseUnknown(keep, { allowed: KEEP_RULES, prefix: "keep." }, complain);
  return keep;
}

function readMinFree(minFree: unknown, complain: Complain): Policy["minFree"] {
  if (!isRecord(minFree)) {
    complain(`minFree is ${show(minFree)}; an object with ${MARKS.join(" and ")} is allowed`);
    return null;
  }
  refuseUnknown(minFree, { allowed: MARKS, prefix: "minFree." }, complain);
  const [warnBytes, targetBytes] = MARKS.map((mark) => readMark(mark, minFree[mark], complain));
  if (typeof warnBytes !== "number" || typeof targetBytes !== "number") return null;
  if (targetBytes < warnBytes) {
    complain(
      `minFree.target is ${show(minFree["target"])}; no less than minFree.warn, ${show(minFree["warn"])}, is allowed`,
    );
  }
  return { warnBytes, targetBytes };
}

function readMark(mark: string, size: unknown, complain: Complain): number | null {
  if (size === undefined) complain(`minFree.${mark} is undefined; a size is needed, for example 5GiB`);
  return readSize(`minFree.${mark}`, size, complain);
}
