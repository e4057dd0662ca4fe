/** How something is shown: never by colour alone, always with a shape and a word. */
export type Tone = "pass" | "warn" | "fail" | "unknown";

/** A word with the tone it is shown in. */
export interface Marked {
  readonly tone: Tone;
  readonly word: string;
}

/** The shape of each tone where only text is shown: the title of the tab, and options of a list. */
export const SHAPES: Readonly<Record<Tone, string>> = { pass: "●", warn: "▲", fail: "■", unknown: "◇" };

const WORST_FIRST: readonly Tone[] = ["fail", "unknown", "warn", "pass"];

/** Where a tone stands in a list that begins with the worst. */
export function rankOf(tone: Tone): number {
  return WORST_FIRST.indexOf(tone);
}

const OF_STATES = { up: "pass", degraded: "warn", down: "fail", unknown: "unknown" } as const;

/** The tone of a state that is believed. */
export function toneOf(state: keyof typeof OF_STATES): Tone {
  return OF_STATES[state];
}
