import type { Steps } from "../turns.js";

// A run is sorted in one step, about 2 ms; so many items merged are less than 1 ms.
const RUN = 2048;
const MERGED_PER_STEP = 4096;

type Compare = (one: number, other: number) => number;

/** Sorts in steps of a few milliseconds, since the built-in sort of a million would take a second in one go. */
export function* mergeSort(items: Uint32Array, compare: Compare): Steps<Uint32Array> {
  for (let start = 0; start < items.length; start += RUN) {
    items.subarray(start, start + RUN).sort(compare);
    yield;
  }
  let from = items;
  let to: Uint32Array = new Uint32Array(items.length > RUN ? items.length : 0);
  for (let width = RUN; width < items.length; width *= 2) {
    yield* mergePairs({ from, to, width }, compare);
    [from, to] = [to, from];
  }
  return from;
}

interface Pass {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly width: number;
}

function* mergePairs({ from, to, width }: Pass, compare: Compare): Steps<void> {
  for (let start = 0; start < from.length; start += 2 * width) {
    const left = from.subarray(start, start + width);
    const right = from.subarray(start + width, start + 2 * width);
    yield* merge([left, right], to.subarray(start, start + left.length + right.length), compare);
  }
}

function* merge([left, right]: [Uint32Array, Uint32Array], into: Uint32Array, compare: Compare): Steps<void> {
  let [l, r] = [0, 0];
  for (let at = 0; at < into.length; at++) {
    // Equal items keep their order: the left one first.
    const isLeft = r >= right.length || (l < left.length && compare(left[l] ?? 0, right[r] ?? 0) <= 0);
    into[at] = (isLeft ? left[l++] : right[r++]) ?? 0;
    if (at % MERGED_PER_STEP === 0) yield;
  }
}
