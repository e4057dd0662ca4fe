import { printable } from "./printable.js";
import type { Tone } from "./style.js";
import type { View } from "./view.js";

/** One value of a table, and what it means. */
export type Cell = string | { readonly text: string; readonly tone: Tone | undefined };

/** A table to be printed: as many cells in each row as there are headings. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const GAP = "  ";

/** Aligned columns, values made printable first; on a terminal lines end with its width. No line break at the end. */
export function formatTable({ headings, rows }: Table, view: View): string {
  const heading = headings.map((text): ToneText => ({ text, tone: "faint" }));
  const lines = [heading, ...rows.map((row) => row.map(toText))];
  const widths = headings.map((_, column) => widest(lines, column));
  return lines.map((line) => formatLine(line, widths, view)).join("\n");
}

/** The same line by line, for more rows than stand in memory; how wide each column is must be known. */
export function* formatRows(
  { headings, rows }: Pick<Table, "headings"> & { readonly rows: Iterable<readonly Cell[]> },
  widths: readonly number[],
  view: View,
): Iterable<string> {
  yield formatLine(
    headings.map((text) => ({ text, tone: "faint" })),
    widths,
    view,
  );
  for (const row of rows) yield formatLine(row.map(toText), widths, view);
}

interface ToneText {
  readonly text: string;
  readonly tone: Tone | undefined;
}

function toText(cell: Cell): ToneText {
  const { text, tone } = typeof cell === "string" ? { text: cell, tone: undefined } : cell;
  return { text: printable(text), tone };
}

function widest(lines: readonly (readonly ToneText[])[], column: number): number {
  return lines.reduce((width, line) => Math.max(width, line[column]?.text.length ?? 0), 0);
}

function formatLine(cells: readonly ToneText[], widths: readonly number[], { style, columns }: View): string {
  let left = columns ?? Number.POSITIVE_INFINITY;
  const shown = cells.map(({ text, tone }, column) => {
    const isLast = column === cells.length - 1;
    const padding = isLast ? "" : " ".repeat(Math.max(0, (widths[column] ?? 0) - text.length)) + GAP;
    const fitting = cut(text, left);
    const rest = padding.slice(0, Math.max(0, left - fitting.length));
    left -= fitting.length + rest.length;
    return style(fitting, tone) + rest;
  });
  return shown.join("").trimEnd();
}

/** Cut where the colour is not on it yet, so that no half of a control sequence stays. */
function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 0 ? "" : `${text.slice(0, width - 1)}…`;
}
