import type { Style } from "./style.js";

/** What a text is made for. */
export interface View {
  readonly style: Style;
  /** Lines are cut at this many characters; `null`: never. */
  readonly columns: number | null;
}
