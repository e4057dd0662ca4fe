import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";
import { type CheckDefinition, type CheckResult, fail, pass } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { endGroup } from "./end-group.js";
import { createMark, endMarked } from "./end-marked.js";
import { PATH, type Rule } from "./rules.js";

/** Where {@link command} runs. */
export interface CommandOptions extends CommonOptions {
  /** Default this process's own. */
  readonly cwd?: string;
  /** Default this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

const RULES: Readonly<Record<string, Rule>> = {
  binary: { ...PATH, allowed: "the name or path of an executable" },
  args: { allowed: "a list of texts without NUL", allows: isArgs },
  cwd: { allowed: "a path", allows: PATH.allows },
  env: { allowed: "names and texts", allows: isEnv, secret: true },
};

/**
 * A program runs and exits with 0: else `exit_code`, `not_found`, `permission`, or `crashed` when a signal ended it.
 * No shell; output is discarded. It has a process group of its own, which is killed whole when the run is aborted and
 * when the program ends and leaves something behind. Measure `exitCode`. Named after the program, host scope.
 *
 * On Linux an aborted run also finds what left the group (`setsid`, a daemon), by the variable `CARETAKER_COMMAND_RUN`
 * that the program's environment gets: it takes some milliseconds per hundred processes of the machine, and so it is
 * not done otherwise. What clears its environment or changes its user, and on other systems whatever leaves the group, survives.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function command(binary: string, args: readonly string[] = [], options: CommandOptions = {}): CheckDefinition {
  return declareCheck({
    defaults: { name: nameOf(binary), scope: "host", componentType: "system" },
    given: { binary, args, ...options },
    rules: RULES,
    run: ({ signal }) => runCommand({ binary, args, options, signal }),
  });
}

interface CommandRun {
  readonly binary: string;
  readonly args: readonly string[];
  readonly options: CommandOptions;
  readonly signal: AbortSignal;
}

async function runCommand({ binary, args, options: { cwd, env }, signal }: CommandRun): Promise<CheckResult> {
  signal.throwIfAborted();
  const mark = createMark();
  const child = spawn(binary, args, {
    cwd,
    env: { ...(env ?? process.env), ...mark },
    stdio: "ignore",
    detached: true,
  });
  const exited = resultOf(child);
  try {
    return await abortable(exited, signal);
  } finally {
    await endGroup(child, exited);
    if (signal.aborted) await endMarked(mark);
  }
}

function resultOf(child: ChildProcess): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode, signalName) => resolve(judge(exitCode, signalName)));
  });
}

function judge(exitCode: number | null, signalName: NodeJS.Signals | null): CheckResult {
  if (exitCode === null) return fail("crashed", { error: new Error(`the command was ended by ${signalName}`) });
  const measures = { exitCode: { value: exitCode, unit: "" } };
  if (exitCode === 0) return pass(measures);
  return fail("exit_code", { measures, error: new Error(`the command exited with ${exitCode}`) });
}

function nameOf(binary: unknown): string {
  const name =
    typeof binary === "string"
      ? basename(binary)
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
      : "";
  return name.replace(/^-|-$/g, "").slice(0, 63) || "command";
}

function isArgs(value: unknown): boolean {
  return Array.isArray(value) && value.every((arg) => typeof arg === "string" && !arg.includes("\0"));
}

function isEnv(value: unknown): boolean {
  return typeof value === "object" && value !== null && isArgs(Object.entries(value).flat());
}
