import { connect, type SqliteConnection } from "./sqlite.js";

/** How long a statement waits for another process or thread, in ms. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Connects to a file that is ours and writes it as the journal promises; throws the driver's error, and is then closed. */
export function connectToWrite(path: string): SqliteConnection {
  const connection = connect(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    connection.pragma("journal_mode = WAL");
    // FULL, because the journal's promise is that an intent is on disk before anything moves.
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    // Less is written back at a time, and more often: at SQLite's 1,000 pages one commit in many takes 100 ms.
    connection.pragma("wal_autocheckpoint = 200");
    // What a statement would need to be undone is a few pages: in a file it costs more than the statement.
    connection.pragma("temp_store = MEMORY");
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}
