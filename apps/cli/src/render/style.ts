/** What a piece of text means; the colour follows from it. */
export type Tone = "good" | "warn" | "bad" | "faint" | "strong";

/** Puts a colour on a text, or leaves it as it is where colours are not wanted. */
export type Style = (text: string, tone: Tone | undefined) => string;

const CODES: Readonly<Record<Tone, readonly [number, number]>> = {
  good: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  faint: [2, 22],
  strong: [1, 22],
};

/** A style with the terminal's own colours, or without any. */
export function createStyle(isColoured: boolean): Style {
  if (!isColoured) return (text) => text;
  return (text, tone) => {
    if (tone === undefined || text === "") return text;
    const [on, off] = CODES[tone];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** What a verdict, an outcome or a state means to whoever looks at it. */
export function toneOf(word: string): Tone | undefined {
  switch (word) {
    case "pass":
    case "up":
      return "good";
    case "warn":
    case "degraded":
    case "unknown":
      return "warn";
    case "fail":
    case "down":
      return "bad";
    default:
      return undefined;
  }
}
