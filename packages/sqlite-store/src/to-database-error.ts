import {
  DatabaseCorruptError,
  DatabaseError,
  DatabaseFailedError,
  DatabaseFullError,
  DatabaseLockedError,
  DatabaseUnwritableError,
} from "./errors.js";
import { sqliteCodeOf } from "./sqlite.js";

/** The error to show for what SQLite or the system threw; one that is ours, or nobody's, stays as it is. */
export function toDatabaseError(path: string, cause: unknown): unknown {
  if (cause instanceof DatabaseError) return cause;
  const code = sqliteCodeOf(cause) || systemCodeOf(cause);
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return new DatabaseCorruptError(path, CORRUPT, cause);
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS)/.test(code)) {
    return new DatabaseUnwritableError(path, UNWRITABLE, cause);
  }
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return new DatabaseFullError(path, FULL, cause);
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return new DatabaseLockedError(path, LOCKED, cause);
  return code === "" ? cause : new DatabaseFailedError(path, `it cannot be used (${code})`, cause);
}

function systemCodeOf(error: unknown): string {
  const isSystemError = error instanceof Error && "syscall" in error && "code" in error;
  return isSystemError ? String(error.code) : "";
}

const CORRUPT =
  "it is not a SQLite database, or a damaged one. It was left as it is: restore a backup, move it away to begin a new one, or set DB_PATH to another file";
const UNWRITABLE =
  "it cannot be read and written. Give this user access to the file and its directory, or set DB_PATH to another file";
const FULL = "its file system is full, nothing was written. Free some space, or set DB_PATH to a file on another one";
const LOCKED = "another process keeps it locked. Stop that process, or set DB_PATH to another file";
