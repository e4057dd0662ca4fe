import { humanTime } from "../render/human.js";
import { printable } from "../render/printable.js";
import { toneOf } from "../render/style.js";
import type { View } from "../render/view.js";
import type { StatusChange } from "./status-changes.js";

/** One change as one line: when, what, from, to and why. */
export function renderChange({ name, host, from, to, code, atMs }: StatusChange, { style }: View): string {
  const subject = host === null ? name : `${name}@${host}`;
  const state = (word: string | null) => style(word ?? "gone", toneOf(word ?? ""));
  const change = from === null ? state(to) : `${state(from)} -> ${state(to)}`;
  const why = code === null || to === null ? "" : ` (${code})`;
  return `${humanTime(atMs)}  ${printable(subject)}  ${change}${why}`;
}
