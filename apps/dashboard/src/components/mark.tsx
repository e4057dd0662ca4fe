import type { Marked, Tone } from "../view/tone.js";

/** A word with its shape and its colour. */
export function Mark({ tone, word }: Marked) {
  return (
    <span class={`mark ${tone}`}>
      <Shape tone={tone} />
      {word}
    </span>
  );
}

/** A shape for each tone, told apart without colour: disc, triangle, square, hollow diamond. */
export function Shape({ tone }: { tone: Tone }) {
  return (
    <svg class={`shape ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[tone]} />
    </svg>
  );
}

const PATHS: Readonly<Record<Tone, string>> = {
  pass: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z",
  warn: "M8 1.5L15.2 14H.8z",
  fail: "M2.5 2.5h11v11h-11z",
  unknown: "M8 1l7 7l-7 7l-7-7zM8 4L4 8l4 4l4-4z",
};
