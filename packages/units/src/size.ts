import { InvalidUnitError } from "./errors.js";

const BYTES = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;

type SizeUnit = keyof typeof BYTES;

/** A whole number of bytes with its unit: `512B`, `100MB` (decimal), `5GiB` (binary). */
export type Size = `${number}${SizeUnit}`;

const ALLOWED = "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB (for example 5GiB)";

/**
 * Bytes of a {@link Size}.
 *
 * Strict, because the popular parser reads `5GiB` as five bytes.
 *
 * @throws {@link InvalidUnitError} on anything else, zero and negatives included.
 */
export function parseSize(value: unknown): number {
  const match = typeof value === "string" ? /^([1-9]\d{0,14})(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)$/.exec(value) : null;
  const bytes = match === null ? Number.NaN : Number(match[1]) * BYTES[match[2] as SizeUnit];
  if (!Number.isSafeInteger(bytes)) throw new InvalidUnitError("size", value, ALLOWED);
  return bytes;
}

/** Bytes for a person to read, in binary units with at most one decimal: 1536 is `1.5KiB`. */
export function formatSize(bytes: number): string {
  for (const unit of ["TiB", "GiB", "MiB", "KiB"] as const) {
    if (bytes >= BYTES[unit]) return `${Number((bytes / BYTES[unit]).toFixed(1))}${unit}`;
  }
  return `${bytes}B`;
}
