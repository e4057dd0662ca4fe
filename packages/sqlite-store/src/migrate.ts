import { DatabaseNewerSchemaError } from "./errors.js";
import { MIGRATIONS } from "./migrations/index.js";
import type { SqliteConnection } from "./sqlite.js";

/**
 * Brings the schema up to date: all missing migrations or none.
 *
 * @throws {@link DatabaseNewerSchemaError} when the file is ahead of this version, and the driver's error.
 */
export function migrate(path: string, connection: SqliteConnection): void {
  const apply = connection.transaction(() => {
    // Read inside the transaction, since another process may be migrating the same file.
    refuseNewerSchema(path, connection);
    for (const sql of MIGRATIONS.slice(versionOf(connection))) connection.exec(sql);
    connection.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  if (versionOf(connection) !== MIGRATIONS.length) apply.immediate();
}

/**
 * Makes sure the schema is one this version knows.
 *
 * @throws {@link DatabaseNewerSchemaError} when it is not.
 */
export function refuseNewerSchema(path: string, connection: SqliteConnection): void {
  const version = versionOf(connection);
  if (version <= MIGRATIONS.length) return;
  const why = `its schema is version ${version}, and this program knows up to ${MIGRATIONS.length}. It was left as it is: run the newer program, or set DB_PATH to another file`;
  throw new DatabaseNewerSchemaError(path, why);
}

function versionOf(connection: SqliteConnection): number {
  return Number(connection.pragma("user_version", { simple: true }));
}
