import { setTimeout as wait } from "node:timers/promises";

const CHECK_MS = 50;

let runs = 0;

/** So many checks of 50 ms at once, as a service would ask its dependencies. */
export async function runSlowChecks(checks: number): Promise<void> {
  runs += checks;
  await Promise.all(Array.from({ length: checks }, () => wait(CHECK_MS)));
}

/** How many checks this process has run so far. */
export function slowCheckRuns(): number {
  return runs;
}
