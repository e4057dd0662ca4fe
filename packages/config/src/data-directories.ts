import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

/** The directories Caretaker keeps its files in, absolute. */
export interface DataDirectories {
  readonly dataDir: string;
  readonly dbPath: string;
  readonly recordingsDir: string;
}

/** Resolves the settings to absolute paths, against the working directory; touches nothing. */
export function resolveDataDirectories({ dataDir, dbPath, recordingsDir }: DataDirectories): DataDirectories {
  return { dataDir: resolve(dataDir), dbPath: resolve(dbPath), recordingsDir: resolve(recordingsDir) };
}

/**
 * Resolves them and makes the directories that are Caretaker's own. A recordings directory that the user named is never
 * made: if it is missing, a disk is not mounted or the name is wrong.
 */
export function prepareDataDirectories(settings: DataDirectories): DataDirectories {
  const directories = resolveDataDirectories(settings);
  const { dataDir, recordingsDir } = directories;
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  if (recordingsDir === join(dataDir, "recordings")) mkdirSync(recordingsDir, { recursive: true, mode: 0o750 });
  return directories;
}
