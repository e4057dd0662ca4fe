import type { Answer } from "./answer.js";
import type { CliContext } from "./context.js";
import { describeFailure, type Failure } from "./describe-failure.js";
import { InterruptedError, UsageError } from "./errors.js";
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
      await writeAll(printed.text, context);
      exitCode = printed.exitCode;
    },
    fail: (error) => tellFailure(describeFailure(error, context.signal), format, context),
    exitCode: () => exitCode,
  };
}

type Printed = { readonly text: Iterable<string>; readonly exitCode: number };

function printAnswer(answer: Answer, format: OutputFormat, view: View): Printed {
  const { exitCode, text, nagios } = answer;
  switch (format) {
    case "text":
      return { text: inLines(text(view)), exitCode };
    case "json":
      return { text: toJson(answer), exitCode };
    case "nagios":
      if (nagios === undefined) throw new UsageError("--format nagios is for check and status");
      return { text: inLines(nagios.line), exitCode: nagios.exitCode };
  }
}

function* inLines(text: string | Iterable<string>): Iterable<string> {
  if (typeof text === "string") return yield `${text}\n`;
  for (const line of text) yield `${line}\n`;
}

function* toJson({ data, list }: Answer): Iterable<string> {
  if (list === undefined) return yield `${JSON.stringify(data)}\n`;
  const fields = JSON.stringify(data).slice(1, -1);
  yield `{${fields}${fields === "" ? "" : ","}${JSON.stringify(list.key)}:[`;
  let comma = "";
  for (const item of list.items) {
    yield `${comma}${JSON.stringify(item)}`;
    comma = ",";
  }
  yield "]}\n";
}

const CHUNK = 65_536;

/** Some pieces at a time, each once the one before has left; an interruption on the way, as by `| head`, ends it. */
async function writeAll(pieces: Iterable<string>, { stdout, signal }: CliContext): Promise<void> {
  const wasAborted = signal.aborted;
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    await stdout.write(chunk);
    chunk = "";
    if (signal.aborted && !wasAborted) throw new InterruptedError();
  }
  await stdout.write(chunk);
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
