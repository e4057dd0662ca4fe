import type { CleanupReport } from "@caretaker/retention";

type ReportedError = CleanupReport["error"];

/** What may be published of what ended a run: its code, and a sentence that names no path. The log has the message. */
export function publicError(error: ReportedError): ReportedError {
  if (error === null || WITHOUT_PATHS.has(error.code)) return error;
  const said = SENTENCES.get(error.code) ?? "the run broke off";
  return { code: error.code, message: `${said}; the worker's log and the journal have the message` };
}

const WITHOUT_PATHS: ReadonlySet<string> = new Set(["ERR_GUARDED", "ERR_PLAN_STALE"]);

const SENTENCES: ReadonlyMap<string, string> = new Map([
  ["ERR_ROOT_REFUSED", "the root is refused"],
  ["ERR_TRASH_REFUSED", "the trash is refused"],
  ["ERR_PLAN_REFUSED", "the plan was made for another root or policy"],
  ["ERR_DB_FULL", "the journal cannot be written: its disk is full"],
  ["ERR_DB_LOCKED", "the journal cannot be written: it is locked"],
  ["ERR_DB_UNWRITABLE", "the journal cannot be written"],
  ["read_only", "the file system is read-only"],
]);
