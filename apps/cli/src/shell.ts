import type { Answer } from "./answer.js";
import type { CliContext } from "./context.js";
import { describeFailure, type Failure } from "./describe-failure.js";
import { UsageError } from "./errors.js";
import { EXIT_CODES } from "./exit-codes.js";
import { type OutputFormat, outputFormatOf } from "./output-format.js";
import { nagiosUnknown } from "./render/nagios.js";
import { createStyle } from "./render/style.js";
import type { View } from "./render/view.js";
import { wantsColour } from "./render/wants-colour.js";

/** What a command works in: the process around it, and the one place that prints answers and failures. */
export interface Shell {
  readonly context: CliContext;
  readonly format: OutputFormat;
  /** What texts on standard output are made for, at this moment. */
  view(): View;
  /** Prints an answer in the asked format; its exit code becomes the process's. */
  answer(answer: Answer): Promise<void>;
  /** Tells a failure, in the asked format too; gives the exit code. */
  fail(error: unknown): Promise<number>;
  exitCode(): number;
}

/** The shell of one command line. */
export function createShell(args: readonly string[], context: CliContext): Shell {
  const format = outputFormatOf(args);
  const { stdout, env } = context;
  const style = createStyle(wantsColour({ args, env, isTerminal: stdout.isTerminal }));
  const view = () => ({ style, columns: stdout.columns });
  let exitCode: number = EXIT_CODES.ok;
  return {
    context,
    format,
    view,
    answer: async (answer) => {
      const printed = printAnswer(answer, format, view());
      await stdout.write(`${printed.text}\n`);
      exitCode = printed.exitCode;
    },
    fail: (error) => tellFailure(describeFailure(error, context.signal), format, context),
    exitCode: () => exitCode,
  };
}

function printAnswer(answer: Answer, format: OutputFormat, view: View): { text: string; exitCode: number } {
  const { exitCode, data, text, nagios } = answer;
  switch (format) {
    case "text":
      return { text: text(view), exitCode };
    case "json":
      return { text: JSON.stringify(data), exitCode };
    case "nagios":
      if (nagios === undefined) throw new UsageError("--format nagios is for check and status");
      return { text: nagios.line, exitCode: nagios.exitCode };
  }
}

async function tellFailure(failure: Failure, format: OutputFormat, { stdout, stderr, signal }: CliContext) {
  const { exitCode, code, message } = failure;
  if (exitCode === EXIT_CODES.ok) return exitCode;
  if (message !== "") await stderr.write(`caretaker: ${message}\n`);
  const isNagios = format === "nagios" && !signal.aborted;
  const { exitCode: unknownCode, line } = nagiosUnknown(message);
  if (isNagios) await stdout.write(`${line}\n`);
  if (format === "json") await stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  return isNagios ? unknownCode : exitCode;
}
