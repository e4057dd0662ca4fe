import type { RetentionTarget, TargetOptions } from "../target.js";
import { type Complain, isRecord, refuseUnknown, show } from "./option-problems.js";
import { readHost, readRoot, refuseName, refuseOwns } from "./read-place.js";
import { readPolicy } from "./read-policy.js";
import { readSchedule } from "./read-schedule.js";
import { readCount, readDuration, readRatio } from "./read-values.js";

// As a table, so that an option that is added to the type and forgotten here does not compile.
const ALLOWED: Record<keyof TargetOptions, true> = {
  name: true,
  root: true,
  owns: true,
  keep: true,
  minFree: true,
  minAge: true,
  activeFor: true,
  trash: true,
  firstRun: true,
  maxDeleteRatio: true,
  every: true,
  cron: true,
  onHost: true,
  maxPerRun: true,
  maxSeconds: true,
};

/** The target these options describe; each problem is added to `problems`, and then the target must not be used. */
export function readTarget(options: TargetOptions, problems: string[]): RetentionTarget {
  if (!isRecord(options)) problems.push(`target is ${show(options)}; an object is needed`);
  const given: TargetOptions = isRecord(options) ? options : ({} as TargetOptions);
  // Not `??`: null is no way of leaving an option out, since nobody can tell what it was to mean.
  const { activeFor = "1h", maxDeleteRatio = 0.5 } = given;
  const complain = (problem: string) => problems.push(`target ${show(given.name)}: ${problem}`);
  refuseUnknown(given, { allowed: Object.keys(ALLOWED) }, complain);
  refuseName(given.name, complain);
  refuseOwns(given.owns, complain);
  return {
    name: given.name,
    root: readRoot(given.root, complain),
    owns: given.owns,
    policy: readPolicy(given, complain),
    activeForMs: readDuration("activeFor", activeFor, complain),
    keepTrashMs: readKeepFor(given.trash, complain),
    firstRun: readFirstRun(given.firstRun, complain),
    maxDeleteRatio: readRatio("maxDeleteRatio", maxDeleteRatio, complain),
    schedule: readSchedule(given, complain),
    onHost: readHost(given.onHost, complain),
    maxPerRun: readCount("maxPerRun", given.maxPerRun, complain),
    maxSeconds: readCount("maxSeconds", given.maxSeconds, complain),
  };
}

function readKeepFor(trash: unknown, complain: Complain): number | null {
  if (trash === undefined) return null;
  if (isRecord(trash)) {
    refuseUnknown(trash, { allowed: ["keepFor"], prefix: "trash." }, complain);
    return readDuration("trash.keepFor", trash["keepFor"], complain);
  }
  complain(`trash is ${show(trash)}; an object with keepFor is allowed`);
  return null;
}

function readFirstRun(firstRun: unknown, complain: Complain): "report" | "delete" {
  if (firstRun === "report") return firstRun;
  if (firstRun !== undefined && firstRun !== "delete") {
    complain(`firstRun is ${show(firstRun)}; "report" and "delete" are allowed`);
  }
  return "delete";
}
