import {
  DatabaseCorruptError,
  DatabaseError,
  DatabaseFailedError,
  DatabaseLockedError,
  DatabaseUnwritableError,
} from "./errors.js";
import { sqliteCodeOf } from "./sqlite.js";

/** The error to show for what SQLite or the system threw while opening; one that is ours already stays as it is. */
export function toDatabaseError(path: string, cause: unknown): unknown {
  if (cause instanceof DatabaseError) return cause;
  const code = sqliteCodeOf(cause) || systemCodeOf(cause);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return new DatabaseCorruptError(path, CORRUPT, cause);
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS)/.test(code)) {
    return new DatabaseUnwritableError(path, UNWRITABLE, cause);
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new DatabaseLockedError(path, LOCKED, cause);
  return code === "" ? cause : new DatabaseFailedError(path, `it cannot be opened (${code})`, cause);
}

function systemCodeOf(error: unknown): string {
  const isSystemError = error instanceof Error && "syscall" in error && "code" in error;
  return isSystemError ? String(error.code) : "";
}

const CORRUPT =
  "it is not a SQLite database, or a damaged one. It was left as it is: restore a backup, move it away to begin a new one, or set DB_PATH to another file";
const UNWRITABLE =
  "it cannot be read and written. Give this user access to the file and its directory, or set DB_PATH to another file";
const LOCKED = "another process keeps it locked. Stop that process, or set DB_PATH to another file";
