import type { NagiosResult } from "./render/nagios.js";
import type { View } from "./render/view.js";

/** What a command came to: data first, and how to show it. */
export interface Answer {
  readonly exitCode: number;
  /** The one document of `--json`. */
  readonly data: object;
  /** A list too long to stand in memory, which is the last field of that document. */
  readonly list?: { readonly key: string; readonly items: Iterable<unknown> };
  /** The same for a person; ends without a line break. What is long comes line by line. */
  readonly text: (view: View) => string | Iterable<string>;
  /** The same for Nagios, whose exit code it brings; commands without it do not take `--format nagios`. */
  readonly nagios?: NagiosResult;
}
