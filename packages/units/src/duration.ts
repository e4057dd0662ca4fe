import { InvalidUnitError } from "./errors.js";

const MILLISECONDS = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const;

type DurationUnit = keyof typeof MILLISECONDS;

/** A whole number with its unit: `500ms`, `30s`, `5m`, `1h`, `30d`, `2w`. */
export type Duration = `${number}${DurationUnit}`;

const ALLOWED = "ms, s, m, h, d, w (for example 30s or 5m)";

/**
 * Milliseconds of a {@link Duration}.
 *
 * Strict, because the popular parsers read `1M` as a minute and a bare `30` as 30 ms: in a
 * retention rule either is a disaster.
 *
 * @throws {@link InvalidUnitError} on anything else, zero and negatives included.
 */
export function parseDuration(value: unknown): number {
  const match = typeof value === "string" ? /^([1-9]\d{0,8})(ms|s|m|h|d|w)$/.exec(value) : null;
  if (match === null) throw new InvalidUnitError("duration", value, ALLOWED);
  return Number(match[1]) * MILLISECONDS[match[2] as DurationUnit];
}

/** The shortest exact spelling of a whole number of milliseconds: 90000 is `90s`, 3600000 is `1h`. */
export function formatDuration(ms: number): string {
  for (const unit of ["w", "d", "h", "m", "s"] as const) {
    if (ms >= MILLISECONDS[unit] && ms % MILLISECONDS[unit] === 0) return `${ms / MILLISECONDS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
