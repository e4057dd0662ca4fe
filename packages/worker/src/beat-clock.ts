/** Redis server time as this worker knows it from its beats. */
export interface BeatClock {
  /** Takes over the store's time, in ms, as a beat just told it. */
  set(storeMs: number): void;
  /** A moment of the monotonic clock in the store's time, whole ms; by the host's clock before the first beat. */
  toStoreMs(momentMs: number): number;
}

/** A clock that no beat has set yet. */
export function createBeatClock(monotonicMs: () => number): BeatClock {
  let offsetMs = Date.now() - monotonicMs();
  let isSet = false;
  return {
    set: (storeMs) => {
      // The first beat decides: later ones differ by their round trips, and the start of a worker does not move.
      if (!isSet) offsetMs = storeMs - monotonicMs();
      isSet = true;
    },
    toStoreMs: (momentMs) => Math.round(momentMs + offsetMs),
  };
}
