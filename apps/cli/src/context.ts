/** A standard stream, as much of it as a command needs. */
export interface Screen {
  readonly isTerminal: boolean;
  /** The width of the terminal; `null` where there is none, and so nothing to cut lines for. */
  readonly columns: number | null;
  /** Resolves once the text has left the process. */
  write(text: string): Promise<void>;
}

/** What a command is given of the process it runs in. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Screen;
  /** Progress and messages; answers go to `stdout` alone. */
  readonly stderr: Screen;
  /**
   * Asks whoever sits at the terminal and gives the answer's line, empty at its end; rejects once interrupted. `null`
   * where nobody sits at one.
   */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** Aborts at SIGINT and SIGTERM, and when nobody reads `stdout` any more. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly nowMs: () => number;
}
