import { statfs } from "node:fs/promises";
import { type CheckDefinition, type CheckResult, fail, pass, warn } from "@caretaker/health";
import { parseSize, type Size } from "@caretaker/units";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { PATH, PERCENT, SIZE_OR_PERCENT } from "./rules.js";
import { singleFlight } from "./single-flight.js";

/** A share of the file system: `10%`. */
export type Percent = `${number}%`;

/** Marks of {@link disk}: less than this is left. */
export interface DiskOptions extends CommonOptions {
  /** Default `10%`. */
  readonly warnBelow?: Size | Percent;
  /** Default `5%`. */
  readonly failBelow?: Size | Percent;
  /** Default `10%`. */
  readonly warnInodesBelow?: Percent;
  /** Default `5%`. */
  readonly failInodesBelow?: Percent;
}

/**
 * The file system that holds a path has room: bytes and inodes an ordinary user can still take, against a warning and
 * a failing mark (both `threshold`). Measures `freeBytes`, `freePercent`, `freeInodesPercent`. Named `disk`, host scope.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function disk(path: string, options: DiskOptions = {}): CheckDefinition {
  const { warnBelow = "10%", failBelow = "5%", warnInodesBelow = "10%", failInodesBelow = "5%" } = options;
  const readSpace = singleFlight(() => spaceOf(path));
  return declareCheck({
    defaults: { name: "disk", scope: "host", componentType: "system" },
    given: { path, ...options },
    rules: {
      path: PATH,
      warnBelow: SIZE_OR_PERCENT,
      failBelow: SIZE_OR_PERCENT,
      warnInodesBelow: PERCENT,
      failInodesBelow: PERCENT,
    },
    problems: [...crossed(warnBelow, failBelow, "Below"), ...crossed(warnInodesBelow, failInodesBelow, "InodesBelow")],
    run: async ({ signal }) => {
      const space = await abortable(readSpace(), signal);
      if (isBelow(space, failBelow, failInodesBelow)) return fail("threshold", { measures: measuresOf(space) });
      return isBelow(space, warnBelow, warnInodesBelow)
        ? warn("threshold", measuresOf(space))
        : pass(measuresOf(space));
    },
  });
}

interface Space {
  readonly freeBytes: number;
  readonly freePercent: number;
  /** `null` where the file system does not count inodes (btrfs). */
  readonly freeInodesPercent: number | null;
}

async function spaceOf(path: string): Promise<Space> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
  // As df does: what only root may take is neither free nor part of the whole.
  const usable = blocks - bfree + bavail;
  return {
    freeBytes: bavail * bsize,
    freePercent: usable > 0 ? (bavail / usable) * 100 : 0,
    freeInodesPercent: files > 0 ? (ffree / files) * 100 : null,
  };
}

function isBelow(space: Space, mark: Size | Percent, inodesMark: Percent): boolean {
  const percent = percentOf(mark);
  const isShort = percent === null ? space.freeBytes < parseSize(mark) : space.freePercent < percent;
  return isShort || (space.freeInodesPercent !== null && space.freeInodesPercent < Number.parseFloat(inodesMark));
}

function measuresOf({ freeBytes, freePercent, freeInodesPercent }: Space): NonNullable<CheckResult["measures"]> {
  return {
    freeBytes: { value: freeBytes, unit: "bytes" },
    freePercent: { value: rounded(freePercent), unit: "%" },
    ...(freeInodesPercent === null ? {} : { freeInodesPercent: { value: rounded(freeInodesPercent), unit: "%" } }),
  };
}

function rounded(percent: number): number {
  return Math.round(percent * 10) / 10;
}

/** Marks of different kinds cannot be compared before the disk is known. */
function crossed(warnMark: Size | Percent, failMark: Size | Percent, what: "Below" | "InodesBelow"): string[] {
  if (!SIZE_OR_PERCENT.allows(warnMark) || !SIZE_OR_PERCENT.allows(failMark)) return [];
  const [warnAt, failAt] = [percentOf(warnMark), percentOf(failMark)];
  if ((warnAt === null) !== (failAt === null)) return [];
  const isCrossed = warnAt === null || failAt === null ? parseSize(failMark) > parseSize(warnMark) : failAt > warnAt;
  return isCrossed ? [`fail${what} is ${failMark}; at most warn${what}, which is ${warnMark}, is allowed`] : [];
}

function percentOf(mark: Size | Percent): number | null {
  return mark.endsWith("%") ? Number.parseFloat(mark) : null;
}
