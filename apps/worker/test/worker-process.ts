import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";

const ENTRY = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** A directory that is gone after the test file. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-worker-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The worker app as its own process, with a data directory of its own unless `env` names one. */
export function spawnWorker(env: Record<string, string>): SpawnedApp {
  return spawnApp({
    entry: ENTRY,
    cwd: tmpdir(),
    env: { DATA_DIR: join(tmpdir(), `caretaker-data-${process.pid}`), SHUTDOWN_TIMEOUT: "10s", ...env },
  });
}

/** Asks it to stop and waits until it has. */
export async function stopWorker(app: SpawnedApp): Promise<void> {
  app.child.kill("SIGTERM");
  await app.exit;
}

/** A log line as data, or `null` for a line that is none. */
export function parseLine(line: string): Record<string, unknown> | null {
  return line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : null;
}

/** What a counting check wrote. */
export interface Note {
  readonly check: string;
  readonly what: "start" | "end";
  readonly pid: number;
  readonly atMs: number;
}

/** The notes of the fixture `counting.config.mjs`, oldest first. */
export function readNotes(file: string): readonly Note[] {
  const lines = readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Note);
}

/** The path of a fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}
