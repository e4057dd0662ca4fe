import { CommanderError } from "commander";
import { CliError, InterruptedError } from "./errors.js";
import { EXIT_CODES } from "./exit-codes.js";

/** How a command that could not answer is told. */
export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  /** For a person; empty where everything has been said. */
  readonly message: string;
}

/** What the operator wrote, in the environment or in the configuration file, as opposed to what broke. */
const USAGE_CODES: ReadonlySet<unknown> = new Set([
  "ERR_INVALID_SETTINGS",
  "ERR_INVALID_CONFIG",
  "ERR_INVALID_CHECK",
  "ERR_INVALID_TARGET",
]);

/** The exit code, the stable code and the sentence of whatever ended a command; an interruption wins. */
export function describeFailure(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) return ofCliError(new InterruptedError());
  if (error instanceof CliError) return ofCliError(error);
  if (error instanceof CommanderError) return ofCommander(error);
  return ofOther(error);
}

function ofCliError({ exitCode, code, message }: CliError): Failure {
  return { exitCode, code, message };
}

function ofCommander({ exitCode, code, message }: CommanderError): Failure {
  // Help and the version are told on the way; help that nobody asked for stands in for a missing command.
  if (exitCode === 0 || code === "commander.help") {
    return { exitCode: exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage, code: "ERR_USAGE", message: "" };
  }
  return { exitCode: EXIT_CODES.usage, code: "ERR_USAGE", message: message.replace(/^error: /, "") };
}

function ofOther(error: unknown): Failure {
  const { code, message, stack } = error instanceof Error ? (error as Error & { code?: unknown }) : unknownError(error);
  if (USAGE_CODES.has(code)) return { exitCode: EXIT_CODES.usage, code: String(code), message };
  if (typeof code === "string") return { exitCode: EXIT_CODES.fail, code, message };
  // Nobody foresaw it, so it is a bug, and where it happened is what helps.
  return { exitCode: EXIT_CODES.fail, code: "ERR_INTERNAL", message: stack ?? message };
}

function unknownError(error: unknown) {
  return { code: undefined, message: String(error), stack: undefined };
}
