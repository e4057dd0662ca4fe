import type { NagiosResult } from "./render/nagios.js";
import type { View } from "./render/view.js";

/** What a command came to: data first, and how to show it. */
export interface Answer {
  readonly exitCode: number;
  /** The one document of `--json`. */
  readonly data: unknown;
  /** The same for a person; ends without a line break. */
  readonly text: (view: View) => string;
  /** The same for Nagios, whose exit code it brings; commands without it do not take `--format nagios`. */
  readonly nagios?: NagiosResult;
}
