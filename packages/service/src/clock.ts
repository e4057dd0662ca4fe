/** Where a process gets its time from: an argument everywhere else, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970: for what people read. It jumps when the host's clock is set. */
  wallMs(): number;
  /** Milliseconds since some fixed moment, never going back: for measuring how long something took. */
  monotonicMs(): number;
}

/** The host's own clocks, and the only place of this package that reads them. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
