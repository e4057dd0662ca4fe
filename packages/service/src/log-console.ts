import { format } from "node:util";
import type { Logger } from "./logger.js";

/** What is printed by, as `console` is. */
export type Printer = Record<(typeof WARNINGS)[number] | (typeof INFOS)[number], (...args: unknown[]) => void>;

const WARNINGS = ["error", "warn", "trace"] as const;
const INFOS = ["log", "info", "debug"] as const;

const SAY_AGAIN_AFTER_MS = 10_000;
const MAX_TEXTS = 100;
const MAX_CHARS = 2_000;

/** What is replaced, and the clock; defaults: `console`, and one that never goes back. */
export interface LogConsoleOptions {
  readonly printer?: Printer;
  readonly monotonicMs?: () => number;
}

/**
 * Lets whatever a library or a user's check prints go through the log from now on: one JSON document a line, with nothing
 * secret in it, cut to 2,000 characters. The same text is told at most once in 10 s, with the number left out before it.
 */
export function logConsole(
  log: Pick<Logger, "info" | "warn">,
  { printer = console, monotonicMs = () => performance.now() }: LogConsoleOptions = {},
): void {
  const isDue = createLimiter(monotonicMs);
  const print =
    (level: "info" | "warn") =>
    (...args: unknown[]) => {
      const text = format(...args).slice(0, MAX_CHARS);
      const leftOut = isDue(text);
      if (leftOut !== null) log[level]("printed", { text, leftOut });
    };
  for (const method of WARNINGS) printer[method] = print("warn");
  for (const method of INFOS) printer[method] = print("info");
}

/** How many of a text were left out since it was told last; `null` where it is not to be told yet. */
function createLimiter(monotonicMs: () => number): (text: string) => number | null {
  const said = new Map<string, { atMs: number; leftOut: number }>();
  return (text) => {
    const before = said.get(text);
    if (before !== undefined && monotonicMs() - before.atMs < SAY_AGAIN_AFTER_MS) {
      before.leftOut += 1;
      return null;
    }
    // Texts that hold a moment or an id never come again: they must not fill the memory.
    if (said.size >= MAX_TEXTS) said.clear();
    said.set(text, { atMs: monotonicMs(), leftOut: 0 });
    return before?.leftOut ?? 0;
  };
}
