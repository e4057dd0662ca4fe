import type { StoredState } from "../state.js";
import { BUCKETS } from "./ranges.js";

/**
 * Which states each of the last buckets saw, as a set of bits, oldest first: 1 up, 2 degraded, 4 down, 0 nobody looked.
 *
 * Sets only grow until their bucket is forgotten, so merging is the same in any order and however often: several workers
 * that saw the same, or one that is told what it knew, count nothing twice.
 */
export interface Strip {
  /** The number of the last bucket. */
  readonly end: number;
  /** At most {@link BUCKETS}. */
  readonly bits: readonly number[];
}

const BITS: Readonly<Record<StoredState, number>> = { up: 1, degraded: 2, down: 4 };

/** A strip that saw one state in these buckets, both ends included. */
export function stripOf(state: StoredState, first: number, last: number): Strip {
  const length = Math.min(BUCKETS, last - first + 1);
  return { end: last, bits: Array<number>(length).fill(BITS[state]) };
}

/** What either strip saw, of the last buckets that either knows. */
export function mergeStrips(a: Strip, b: Strip): Strip {
  const end = Math.max(a.end, b.end);
  const first = Math.max(end - BUCKETS + 1, Math.min(firstOf(a), firstOf(b)));
  const bits = Array.from({ length: end - first + 1 }, (_, index) => bitAt(a, first + index) | bitAt(b, first + index));
  return { end, bits };
}

/** Whether a strip saw nothing that another one did not, and ends no later. */
export function isWithin(part: Strip, whole: Strip): boolean {
  return (
    part.end <= whole.end &&
    part.bits.every((bits, index) => {
      const bucket = firstOf(part) + index;
      return bucket <= whole.end - BUCKETS || (bits & ~bitAt(whole, bucket)) === 0;
    })
  );
}

/** What was seen in the {@link BUCKETS} buckets that end with this one. */
export function bucketsUntil(
  strip: Strip,
  end: number,
): { readonly worst: StoredState | null; readonly isMixed: boolean }[] {
  return Array.from({ length: BUCKETS }, (_, index) => {
    const bits = bitAt(strip, end - BUCKETS + 1 + index);
    return { worst: worstOf(bits), isMixed: (bits & (bits - 1)) !== 0 };
  });
}

function worstOf(bits: number): StoredState | null {
  if ((bits & BITS.down) !== 0) return "down";
  if ((bits & BITS.degraded) !== 0) return "degraded";
  return bits === 0 ? null : "up";
}

function firstOf({ end, bits }: Strip): number {
  return end - bits.length + 1;
}

function bitAt(strip: Strip, bucket: number): number {
  return strip.bits[bucket - firstOf(strip)] ?? 0;
}

/** A strip as text: `<end>:<a digit for each bucket>`. */
export function encodeStrip({ end, bits }: Strip): string {
  return `${end}:${bits.join("")}`;
}

const TEXT = /^(\d{1,12}):([0-7]{1,60})$/;

/** The strip of a text, or `null` for anything else; never throws. */
export function decodeStrip(text: string): Strip | null {
  const [, end, digits] = TEXT.exec(text) ?? [];
  return end === undefined || digits === undefined ? null : { end: Number(end), bits: [...digits].map(Number) };
}
