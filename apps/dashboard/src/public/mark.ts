import { element } from "./element.js";
import type { Marked, Tone } from "./view.js";

/** The shape of each tone, for those who see no colours and for the title of the tab. */
export const SHAPES: Readonly<Record<Tone, string>> = { pass: "●", warn: "▲", fail: "■", unknown: "◇" };

/** A word with its shape and its colour. */
export function mark({ tone, word }: Marked): HTMLElement {
  const shape = element("span", { className: "shape", attributes: { "aria-hidden": "true" } }, SHAPES[tone]);
  return element("span", { className: `mark ${tone}` }, shape, " ", word);
}
