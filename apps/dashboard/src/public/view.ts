import type { StatusDocument } from "./status.js";

/** How something is shown: never by colour alone, always with its shape and a word (see `mark.ts`). */
export type Tone = "pass" | "warn" | "fail" | "unknown";

/** A word with the tone it is shown in. */
export interface Marked {
  readonly tone: Tone;
  readonly word: string;
}

/** What the page knows: the last answer, and how the last attempt to get one ended. */
export interface Knowledge {
  readonly status: StatusDocument | null;
  /** Why the last poll failed, in words; `null` after one that worked. */
  readonly trouble: string | null;
  /** The store's clock now: that of the last answer, carried on by the page's own. */
  readonly nowMs: number;
}
