import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface BeatLog {
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

const EVERY_MS = 5_000;

/**
 * Touches `<dataDir>/worker.beat` while the process turns: what a container's health check
 * looks at, since the worker has no port. It says that the process works, not that its dependencies do: restarting it
 * would not bring Redis back. Returns what stops it and removes the file.
 *
 * @throws the system's error where the file cannot be made at first; a disk that fills up or goes away later only lets
 *   it grow old.
 */
export function keepBeatFile(dataDir: string, log: BeatLog): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  const file = join(dataDir, "worker.beat");
  write(file);
  let hasFailed = false;
  const beat = () => {
    try {
      touch(file);
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn("beat file not touched", { error });
      hasFailed = true;
    }
  };
  const timer = setInterval(beat, EVERY_MS);
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

/** Changes the time alone, for which a full disk has room. */
function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    write(file);
  }
}

function write(file: string): void {
  writeFileSync(file, `${process.pid}\n`);
}
