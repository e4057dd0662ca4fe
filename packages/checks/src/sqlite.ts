import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type CheckDefinition, type CheckResult, type Code, codeOfError, fail, isCode, pass } from "@caretaker/health";
import { abortable } from "./abortable.js";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { endGroup } from "./end-group.js";
import { FLAG, PATH, type Rule } from "./rules.js";
import type { SqliteProbe, SqliteProbeAnswer } from "./sqlite-probe.js";

/** What {@link sqlite} tries. */
export interface SqliteOptions extends CommonOptions {
  /** A statement to run instead of `PRAGMA quick_check`, which reads the whole file: for databases of gigabytes. */
  readonly query?: string;
  /** Default `false`: also take and give back the write lock (`BEGIN IMMEDIATE; ROLLBACK`). */
  readonly writable?: boolean;
}

const QUERY: Rule = {
  allowed: "one SQL statement",
  allows: (value) => typeof value === "string" && value.trim() !== "",
};
const PROBE = fileURLToPath(new URL("./sqlite-probe.js", import.meta.url));
// Long enough for a writer to finish, short enough that a lock is reported as `locked` and not as `timeout`.
const LONGEST_WAIT_MS = 1_000;

/**
 * A SQLite file opens, is sound and, if asked, can be written: else `not_found`, `permission`, `locked`, `corrupt`, or
 * `not_configured` where better-sqlite3 is not installed. The file is never created. Measures `sizeBytes`, `openMs`,
 * `queryMs`. Named `sqlite`, host scope.
 *
 * Every run is a process of its own (about 80 ms): a statement on a locked or huge file can neither block this
 * process nor outlive the run, while a thread inside SQLite cannot be stopped.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function sqlite(path: string, options: SqliteOptions = {}): CheckDefinition {
  const { query = null, writable = false } = options;
  const definition: CheckDefinition = declareCheck({
    defaults: { name: "sqlite", scope: "host", componentType: "datastore" },
    given: { path, ...options },
    rules: { path: PATH, query: QUERY, writable: FLAG },
    run: ({ signal }) => {
      const busyTimeoutMs = Math.min(LONGEST_WAIT_MS, Math.floor(definition.timeoutMs / 2));
      return runProbe({ path, query, writable, busyTimeoutMs }, signal);
    },
  });
  return definition;
}

async function runProbe(probe: SqliteProbe, signal: AbortSignal): Promise<CheckResult> {
  signal.throwIfAborted();
  // Nothing is inherited: neither this process's flags, nor its secrets, nor its output. In a group of its own, so that
  // Ctrl-C at the terminal does not kill the probe and make it look like a failure of the database.
  const child = fork(PROBE, [], {
    execArgv: [],
    env: {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    detached: true,
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const answer = new Promise<CheckResult>((resolve, reject) => {
    child.once("message", (message) => resolve(resultOf(message as SqliteProbeAnswer)));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the probe ended with ${code} and without an answer`)));
  });
  child.send(probe, () => {});
  try {
    return await abortable(answer, signal);
  } finally {
    await endGroup(child, exited);
  }
}

function resultOf(answer: SqliteProbeAnswer): CheckResult {
  if (answer.ok) return pass(answer.measures);
  const error = Object.assign(new Error(answer.message), { code: answer.code });
  return fail(codeOf(answer.code, error), { error });
}

function codeOf(code: string, error: Error): Code {
  if (isCode(code)) return code;
  if (code === "ERR_MODULE_NOT_FOUND" || code === "ERR_DLOPEN_FAILED") return "not_configured";
  // The file is there, or the probe had said not_found: what cannot be opened then is a directory or a missing right.
  if (code === "SQLITE_CANTOPEN") return "permission";
  return codeOfError(error);
}
