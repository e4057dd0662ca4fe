import { connect, sqliteCodeOf } from "./sqlite.js";

/**
 * Takes a lock of the operating system on a file, made when missing and left empty; `null` while anybody has it. What
 * is returned releases it; it ends with the process besides, however that ends. Throws the driver's error.
 */
export function takeExclusiveLock(path: string): (() => void) | null {
  const connection = connect(path, { busyTimeoutMs: 0 });
  try {
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    if (sqliteCodeOf(error).startsWith("SQLITE_BUSY")) return null;
    throw error;
  }
  return () => {
    if (!connection.open) return;
    connection.exec("ROLLBACK");
    connection.close();
  };
}
