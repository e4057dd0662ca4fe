import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type CaretakerDatabase, openDatabase } from "./open-database.js";

/** A log that says nothing. */
export const SILENT = { info: () => {} };

/** A fresh directory that is gone after the test. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "sqlite-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An open database, closed and gone after the test. */
export function makeDatabase(path = join(makeDirectory(), "caretaker.db")): CaretakerDatabase {
  const database = openDatabase(path, { log: SILENT });
  onTestFinished(() => database.close());
  return database;
}
