import { type Clock, systemClock } from "./clock.js";
import { EXIT_CODES } from "./exit-codes.js";
import type { Logger } from "./logger.js";
import { runSteps, type ShutdownStep } from "./shutdown-steps.js";
import { listenForStop, type StopRequest } from "./stop-requests.js";

/** What {@link createShutdown} needs. */
export interface ShutdownOptions {
  /** In order. Read when the shutdown begins, so that a program can push each thing as it opens it. */
  readonly steps: readonly ShutdownStep[];
  /** The deadline of all steps together, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Logger;
  /** Default `process.exit`. */
  readonly exit?: (code: number) => void;
  readonly clock?: Clock;
}

/** The one way to stop a process, however it is asked. */
export interface Shutdown {
  /** Asks like a signal does; `reason` is logged. Later requests change nothing. */
  request(reason: string): void;
  /** Stops because of a fault: the exit code will be 1. */
  fault(reason: string, error: unknown): void;
  /** Stops listening to signals, stdin and the parent, for tests. */
  dispose(): void;
}

// After the deadline the steps left get this long to react to their aborted signal; then the process goes regardless.
const LAST_CHANCE_MS = 1_000;
// Ctrl-C under npm arrives twice, from the terminal and from npm: that is one request, not an impatient second one.
const SAME_REQUEST_MS = 100;

/**
 * Listens for every way of asking a process to stop (SIGTERM, SIGINT, SIGHUP, `quit` on stdin, the parent gone, an
 * uncaught exception, an unhandled rejection) and answers each with the same ordered steps, once.
 */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const clock = options.clock ?? systemClock;
  const exit = options.exit ?? process.exit;
  const secondSignal = signalCounter(clock);
  let began = false;
  let faulted = false;

  const onRequest = ({ reason, signalNumber, error }: StopRequest) => {
    if (error !== undefined) faulted = true;
    if (error !== undefined) options.log.error("fault", { reason, error: error.value });
    if (signalNumber !== undefined && secondSignal()) exit(128 + signalNumber);
    else if (!began) {
      began = true;
      void stop({ ...options, clock, exit, reason, isFaulted: () => faulted });
    }
  };

  return {
    request: (reason) => onRequest({ reason }),
    fault: (reason, error) => onRequest({ reason, error: { value: error } }),
    dispose: listenForStop(onRequest),
  };
}

interface StopOptions extends Required<ShutdownOptions> {
  readonly reason: string;
  readonly isFaulted: () => boolean;
}

async function stop({ steps, timeoutMs, log, exit, clock, reason, isFaulted }: StopOptions): Promise<void> {
  const startedMs = clock.monotonicMs();
  const deadline = new AbortController();
  log.info("shutdown", { reason, timeoutMs, steps: steps.map((step) => step.name) });
  const timers = [
    setTimeout(() => deadline.abort(), timeoutMs),
    setTimeout(() => exit(EXIT_CODES.deadline), timeoutMs + LAST_CHANCE_MS),
  ];
  const clean = await runSteps(steps, { signal: deadline.signal, log, clock });
  const code = deadline.signal.aborted
    ? EXIT_CODES.deadline
    : clean && !isFaulted()
      ? EXIT_CODES.clean
      : EXIT_CODES.fault;
  log.info("shutdown finished", { reason, code, ms: Math.round(clock.monotonicMs() - startedMs) });
  // Before the timers go: a log that cannot be written must not keep the process.
  await log.flush();
  for (const timer of timers) clearTimeout(timer);
  exit(code);
}

function signalCounter(clock: Clock): () => boolean {
  let firstMs: number | null = null;
  return () => {
    firstMs ??= clock.monotonicMs();
    return clock.monotonicMs() - firstMs >= SAME_REQUEST_MS;
  };
}
