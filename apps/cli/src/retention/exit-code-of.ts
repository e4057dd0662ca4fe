import type { CleanupReport } from "@caretaker/retention";
import { EXIT_CODES } from "../exit-codes.js";

/** What a run's end means to whoever started it; a budget that was reached is no failure. */
export function exitCodeOf(report: CleanupReport, { isInterrupted }: { readonly isInterrupted: boolean }): number {
  switch (report.outcome) {
    case "done":
      return EXIT_CODES.ok;
    case "partial":
      return isInterrupted ? EXIT_CODES.interrupted : EXIT_CODES.ok;
    case "failed":
      return didSomething(report) ? EXIT_CODES.partial : EXIT_CODES.fail;
    case "busy":
    case "refused":
      return EXIT_CODES.fail;
  }
}

function didSomething({ deletedCount, trashedCount, purgedCount, settledCount }: CleanupReport): boolean {
  return deletedCount + trashedCount + purgedCount + settledCount > 0;
}
