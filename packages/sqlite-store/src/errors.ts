/** A database that cannot be used; the message names its path and what to do. */
export abstract class DatabaseError extends Error {
  abstract readonly code: string;
  readonly path: string;

  constructor(path: string, why: string, cause?: unknown) {
    super(`database ${JSON.stringify(path)}: ${why}`, { cause });
    this.name = new.target.name;
    this.path = path;
  }
}

/** The file or its directory cannot be made or written. */
export class DatabaseUnwritableError extends DatabaseError {
  readonly code = "ERR_DB_UNWRITABLE";
}

/** Something that is no file stands at the path. */
export class DatabaseNotAFileError extends DatabaseError {
  readonly code = "ERR_DB_NOT_A_FILE";
}

/** The file is no database, or a damaged one; it was not changed. */
export class DatabaseCorruptError extends DatabaseError {
  readonly code = "ERR_DB_CORRUPT";
}

/** The file was written by a newer version; it was not changed. */
export class DatabaseNewerSchemaError extends DatabaseError {
  readonly code = "ERR_DB_NEWER_SCHEMA";
}

/** Its file system has no space left for what was to be written. */
export class DatabaseFullError extends DatabaseError {
  readonly code = "ERR_DB_FULL";
}

/** Another process kept the database locked for longer than a statement waits. */
export class DatabaseLockedError extends DatabaseError {
  readonly code = "ERR_DB_LOCKED";
}

/** Anything else the driver answered; the cause says what. */
export class DatabaseFailedError extends DatabaseError {
  readonly code = "ERR_DB_FAILED";
}
