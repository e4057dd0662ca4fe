import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const EVERY_MS = 5_000;

/**
 * Touches `<dataDir>/worker.beat` while the process turns: what a container's health check
 * looks at, since the worker has no port. It says that the process works, not that its dependencies do: restarting it
 * would not bring Redis back. Returns what stops it and removes the file.
 */
export function keepBeatFile(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  const file = join(dataDir, "worker.beat");
  const touch = () => writeFileSync(file, `${process.pid}\n`);
  touch();
  const timer = setInterval(touch, EVERY_MS);
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}
