import type { Screen } from "../context.js";

/** One line that overwrites itself while something is under way. */
export interface Progress {
  say(text: string): void;
  /** Leaves nothing of it on the screen. */
  clear(): void;
}

/** Progress on a terminal; anywhere else silent, since it would fill a log. */
export function createProgress(screen: Screen): Progress {
  if (!screen.isTerminal) return { say: () => undefined, clear: () => undefined };
  const overwrite = (text: string) => void screen.write(`\r\u001b[2K${text}`);
  return { say: (text) => overwrite(text.slice(0, (screen.columns ?? 80) - 1)), clear: () => overwrite("") };
}
