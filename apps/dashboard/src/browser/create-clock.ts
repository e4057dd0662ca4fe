/** A clock that was right once and is carried on from there; times in ms. */
export interface Clock {
  /** Sets it: `nowMs` is the time at this moment. */
  set(nowMs: number): void;
  nowMs(): number;
}

/** Where a clock takes the passing of time from. */
export interface Ticking {
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
}

/**
 * A clock that runs by whichever of two others has moved further: the monotonic one stands still while a laptop
 * sleeps and the wall clock may be set back, and either would make old results look young.
 */
export function createClock({ monotonicMs, wallMs }: Ticking): Clock {
  let start = { nowMs: 0, monotonicMs: monotonicMs(), wallMs: wallMs() };
  return {
    set: (nowMs) => {
      start = { nowMs, monotonicMs: monotonicMs(), wallMs: wallMs() };
    },
    nowMs: () => start.nowMs + Math.max(monotonicMs() - start.monotonicMs, wallMs() - start.wallMs),
  };
}
