import type { WorkerLog } from "./log.js";

/** A look that is taken again and again until it is stopped. */
export interface RegularLook {
  /** Looks at once; resolves when it has looked, or could not. */
  look(): Promise<void>;
  stop(): void;
}

/** What is looked at, and how often. */
export interface RegularLookOptions {
  readonly everyMs: number;
  /** Whether looking makes sense now. */
  readonly isReady: () => boolean;
  readonly look: () => Promise<void>;
  /** Hears of the first of failures in a row. */
  readonly log: WorkerLog;
  readonly failure: string;
}

/** Looks every so often and when it is told to, never twice at a time; a look that fails is told once, and taken again. */
export function lookRegularly({ everyMs, isReady, look: lookOnce, log, failure }: RegularLookOptions): RegularLook {
  let hasFailed = false;
  let last: Promise<void> = Promise.resolve();
  const tryOnce = async () => {
    if (!isReady()) return;
    try {
      await lookOnce();
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn(failure, { error });
      hasFailed = true;
    }
  };
  const look = () => {
    last = last.then(tryOnce);
    return last;
  };
  const timer = setInterval(() => void look(), everyMs);
  return { look, stop: () => clearInterval(timer) };
}
