import { isIPv6 } from "node:net";

/** How many wrong tokens an address may send. */
export interface FailureLimitOptions {
  readonly limit: number;
  readonly windowMs: number;
  /** A clock that never goes back, in ms. */
  readonly monotonicMs: () => number;
}

/** Counts wrong tokens by address. */
export interface FailureLimit {
  /** Whether so many came from there that no further token is looked at in this window. */
  isOver(address: string): boolean;
  note(address: string): void;
}

// More addresses than this in one window are an attack by many; they then share one count, so that memory stays bounded.
const MAX_ADDRESSES = 10_000;

/** A limit over fixed windows. Right tokens are held back too: otherwise guessing would go on, told by the 429. */
export function createFailureLimit({ limit, windowMs, monotonicMs }: FailureLimitOptions): FailureLimit {
  let counts = new Map<string, number>();
  let endsAtMs = 0;
  const current = () => {
    if (monotonicMs() >= endsAtMs) {
      counts = new Map();
      endsAtMs = monotonicMs() + windowMs;
    }
    return counts;
  };
  const keyOf = (address: string) => {
    const network = networkOf(address);
    return current().has(network) || current().size < MAX_ADDRESSES ? network : "others";
  };
  return {
    isOver: (address) => (current().get(keyOf(address)) ?? 0) >= limit,
    note: (address) => {
      const key = keyOf(address);
      current().set(key, (current().get(key) ?? 0) + 1);
    },
  };
}

/** Whoever has one IPv6 address has the other 2^64 of its network too. */
function networkOf(address: string): string {
  return isIPv6(address) && !address.startsWith("::ffff:") ? address.split(":").slice(0, 4).join(":") : address;
}
