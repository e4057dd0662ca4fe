import { element } from "./element.js";

/** One column: its title, and what it shows of a row. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Node | string;
}

/** A table with a caption for screen readers; on narrow screens the style turns each row into a card with its titles. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): HTMLElement {
  const head = element("tr", {}, ...columns.map(({ title }) => element("th", SCOPE, title)));
  return element(
    "table",
    {},
    element("caption", { className: "hidden" }, caption),
    element("thead", {}, head),
    element("tbody", {}, ...rows.map((row) => line(columns, row))),
  );
}

const SCOPE = { attributes: { scope: "col" } };

function line<Row>(columns: readonly Column<Row>[], row: Row): HTMLElement {
  const cells = columns.map(({ title, cell }) => element("td", { attributes: { "data-title": title } }, cell(row)));
  return element("tr", {}, ...cells);
}
