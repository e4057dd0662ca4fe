import { isAbsolute, normalize } from "node:path";
import { type Duration, formatDuration, InvalidUnitError, parseDuration } from "@caretaker/units";
import type { Policy } from "./policy.js";
import type { RetentionTarget, Schedule, TargetOptions } from "./target.js";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const CRON = /^[\dA-Za-z*,/?#-]+( [\dA-Za-z*,/?#-]+){4,5}$/;
const EVERY_FLOOR_MS = 1_000;
const OPTIONS = [
  "name",
  "root",
  "owns",
  "keep",
  "minAge",
  "activeFor",
  "every",
  "cron",
  "onHost",
  "maxPerRun",
  "maxSeconds",
];
const KEEP_RULES = ["last", "within"];

/** The target these options describe; each problem is added to `problems`, and then the target must not be used. */
export function readTarget(options: TargetOptions, problems: string[]): RetentionTarget {
  if (!isRecord(options)) problems.push(`target is ${show(options)}; an object is needed`);
  const given: TargetOptions = isRecord(options) ? options : ({} as TargetOptions);
  const complain = (problem: string) => problems.push(`target ${show(given.name)}: ${problem}`);
  refuseUnknown(given, { allowed: OPTIONS, prefix: "" }, complain);
  readName(given.name, complain);
  readOwns(given.owns, complain);
  return {
    name: given.name,
    root: readRoot(given.root, complain),
    owns: given.owns,
    policy: readPolicy(given, complain),
    activeForMs: readDuration("activeFor", given.activeFor ?? "1h", complain),
    keepTrashMs: null,
    firstRun: "delete",
    maxDeleteRatio: 0.5,
    schedule: readSchedule(given, complain),
    onHost: readHost(given.onHost, complain),
    maxPerRun: readCount("maxPerRun", given.maxPerRun, complain),
    maxSeconds: readCount("maxSeconds", given.maxSeconds, complain),
  };
}

type Complain = (problem: string) => void;

// An option nobody reads is a rule that silently does not hold: in a deleter that is a disaster, not a detail.
function refuseUnknown(value: object, { allowed, prefix }: { allowed: string[]; prefix: string }, complain: Complain) {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) complain(`unknown option "${prefix}${key}"; allowed: ${allowed.join(", ")}`);
  }
}

function readName(name: unknown, complain: Complain): void {
  if (typeof name !== "string" || !NAME.test(name)) complain(`name is ${show(name)}; it must match ${NAME.source}`);
}

function readRoot(root: unknown, complain: Complain): string {
  if (typeof root === "string" && isAbsolute(root) && !root.includes("\0"))
    return withoutTrailingSlash(normalize(root));
  complain(`root is ${show(root)}; an absolute path is needed`);
  return "";
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}

function readOwns(owns: unknown, complain: Complain): void {
  if (!isRecord(owns) || typeof owns["parseName"] !== "function" || typeof owns["inspect"] !== "function") {
    complain(`owns is ${show(owns)}; an ownership rule is needed, for example recorderSessions()`);
    return;
  }
  const marker = owns["markerName"];
  if (typeof marker !== "string" || !/^(?!\.\.?$)[^/\0]+$/.test(marker)) {
    complain(`owns.markerName is ${show(marker)}; the name of one file is needed, without a slash`);
  }
}

function readPolicy({ keep, minAge }: TargetOptions, complain: Complain): Policy {
  const rules: NonNullable<TargetOptions["keep"]> = isRecord(keep) ? keep : {};
  if (!isRecord(keep)) complain(`keep is ${show(keep)}; an object with at least one of ${KEEP_RULES.join(", ")}`);
  refuseUnknown(rules, { allowed: KEEP_RULES, prefix: "keep." }, complain);
  if (isRecord(keep) && rules.last === undefined && rules.within === undefined) {
    complain(`keep is ${show(keep)}, which keeps nothing; at least one of ${KEEP_RULES.join(", ")} is needed`);
  }
  return {
    last: readCount("keep.last", rules.last, complain),
    withinMs: rules.within === undefined ? null : readDuration("keep.within", rules.within, complain),
    daily: null,
    weekly: null,
    monthly: null,
    maxBytes: null,
    minFree: null,
    minAgeMs: readDuration("minAge", minAge ?? "1h", complain),
  };
}

function readSchedule({ every, cron }: TargetOptions, complain: Complain): Schedule {
  if (cron === undefined) return { everyMs: readEvery(every ?? "1h", complain) };
  if (every !== undefined)
    complain(`every is ${show(every)} and cron is ${show(cron)}; only one of the two is allowed`);
  if (typeof cron !== "string" || !CRON.test(cron)) {
    complain(`cron is ${show(cron)}; five or six fields with one space between them are allowed`);
  }
  return { cron };
}

function readEvery(every: Duration, complain: Complain): number {
  const everyMs = readDuration("every", every, complain);
  if (everyMs < EVERY_FLOOR_MS)
    complain(`every is ${show(every)}; at least ${formatDuration(EVERY_FLOOR_MS)} is allowed`);
  return everyMs;
}

function readDuration(option: string, value: unknown, complain: Complain): number {
  try {
    return parseDuration(value);
  } catch (error) {
    if (!(error instanceof InvalidUnitError)) throw error;
    complain(`${option}: ${error.message}`);
    // A stand-in that fails no later rule, so that one mistake is reported once.
    return EVERY_FLOOR_MS;
  }
}

function readCount(option: string, value: unknown, complain: Complain): number | null {
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  complain(`${option} is ${show(value)}; a whole number of at least 1 is allowed`);
  return null;
}

function readHost(onHost: unknown, complain: Complain): string | null {
  if (onHost === undefined) return null;
  if (typeof onHost === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(onHost)) return onHost;
  complain(`onHost is ${show(onHost)}; a host's name is allowed`);
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> & Partial<TargetOptions> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// JSON would show NaN and Infinity as null, and a function or BigInt not at all.
function show(value: unknown): string {
  if (typeof value === "string" || (typeof value === "object" && value !== null)) return JSON.stringify(value);
  return typeof value === "function" ? "a function" : String(value);
}
