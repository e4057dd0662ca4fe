import type { HistoryRange } from "@caretaker/status";

/** What of the page is shown, as its address says it: so it can be sent to somebody, and works without script. */
export interface Address {
  /** The key of the check that is open. */
  readonly check: string | null;
  readonly range: HistoryRange;
  /** The name of the check whose changes are shown; `null` for all. */
  readonly only: string | null;
  /** For a wall: larger, and nothing to press. */
  readonly kiosk: boolean;
}

/** The lengths of time to choose from. */
export const RANGES: readonly HistoryRange[] = ["1h", "24h", "7d"];

const DEFAULT_RANGE: HistoryRange = "24h";

/** Reads the query of an address; whatever makes no sense is as if it were not there. */
export function readAddress(query: string): Address {
  const given = new URLSearchParams(query);
  return {
    check: given.get("check") || null,
    range: RANGES.find((range) => range === given.get("range")) ?? DEFAULT_RANGE,
    only: given.get("only") || null,
    kiosk: given.has("kiosk") && given.get("kiosk") !== "0",
  };
}

/** The address that shows this. */
export function hrefOf({ check, range, only, kiosk }: Address): string {
  const query = new URLSearchParams();
  if (check !== null) query.set("check", check);
  if (range !== DEFAULT_RANGE) query.set("range", range);
  if (only !== null) query.set("only", only);
  if (kiosk) query.set("kiosk", "1");
  return query.size === 0 ? "./" : `?${query}`;
}
