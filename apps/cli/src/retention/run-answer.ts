import type { CleanupReport } from "@caretaker/retention";
import type { Answer } from "../answer.js";
import type { CliContext } from "../context.js";
import { RetentionFailedError } from "../errors.js";
import { EXIT_CODES } from "../exit-codes.js";
import { exitCodeOf } from "./exit-code-of.js";
import { renderRun } from "./render-run.js";

/**
 * How a run ended that came to something.
 *
 * @throws RetentionFailedError for one that was refused, or broke off before it had done anything.
 */
export function runAnswer(report: CleanupReport, { signal }: Pick<CliContext, "signal">): Answer {
  const { outcome, error, target } = report;
  if (outcome === "busy") throw new RetentionFailedError("ERR_BUSY", `another run is at work in ${target}; try again`);
  const exitCode = exitCodeOf(report, { isInterrupted: signal.aborted });
  if (exitCode === EXIT_CODES.fail && error !== null) throw new RetentionFailedError(error.code, error.message);
  return { exitCode, data: report, text: (view) => renderRun(report, view) };
}
