/** A clock that stands still until a test moves it. */
export interface FrozenClock {
  /** Epoch ms. */
  nowMs(): number;
  /** Ms of a clock that never goes back, from 0 on. */
  monotonicMs(): number;
  /** Lets time pass on both clocks. Throws a RangeError for a negative number: time does not go back. */
  advance(ms: number): void;
  /** Sets the wall clock alone, forward or back, as an administrator or NTP does. */
  setNowMs(epochMs: number): void;
}

/** A {@link FrozenClock} that begins at 1,000,000,000,000 ms (9 September 2001), as the other fakes do, unless told otherwise. */
export function frozenClock(startMs = 1_000_000_000_000): FrozenClock {
  let nowMs = startMs;
  let monotonicMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      if (!(ms >= 0)) throw new RangeError(`a clock cannot be advanced by ${ms} ms; 0 or more is allowed`);
      nowMs += ms;
      monotonicMs += ms;
    },
    setNowMs: (epochMs) => {
      nowMs = epochMs;
    },
  };
}
