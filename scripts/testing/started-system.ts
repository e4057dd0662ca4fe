import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ReadySystem } from "../start/run-system.mjs";
import { isRunning } from "./is-running.ts";
import { processesWith } from "./processes.ts";
import { type SpawnedApp, spawnApp } from "./spawn-app.ts";
import { waitFor } from "./wait-for.ts";

const ENTRY = fileURLToPath(new URL("../start.mjs", import.meta.url));

/** What `npm start` is told in tests: any port, no demo, one line of JSON when it is ready. */
const startArgs = (dataDir: string) => ["--port", "0", "--no-demo", "--json", "--data-dir", dataDir];

/** The whole system on a data directory of its own, by the script that `npm start` runs. */
export function startSystem({ dataDir, path }: { readonly dataDir: string; readonly path: string }): SpawnedApp {
  return spawnApp({ entry: ENTRY, args: startArgs(dataDir), env: { PATH: path } });
}

/** What a system says of itself once it serves. */
export async function whenReady(app: SpawnedApp): Promise<ReadySystem> {
  return JSON.parse(await app.waitForLog((line) => line.startsWith('{"api":'), { timeoutMs: 60_000 })) as ReadySystem;
}

/** Resolves when none of these runs any more; those that are `null` are not the system's. */
export async function ended(pids: Readonly<Record<string, number | null>>): Promise<void> {
  const all = Object.values(pids).filter((pid) => pid !== null);
  await waitFor(() => all.every((pid) => !isRunning(pid)), { timeoutMs: 5000, what: `the end of ${all}` });
}

/** Resolves when no process of a system runs any more, those included that only its data directory tells of. */
export async function allGone({ pids, dataDir }: Pick<ReadySystem, "pids" | "dataDir">): Promise<void> {
  await ended(pids);
  await waitFor(() => processesWith(dataDir).length === 0, { what: `the end of all that use ${dataDir}` });
}

/** The files in a data directory that only a running system has. */
export function filesOfARun(dataDir: string): string[] {
  const own = readdirSync(dataDir).filter((name) => /beat|lock|-wal|-shm/.test(name));
  // Not `lock`: who holds it is what counts, and the file is there for the next one.
  return [...own, ...readdirSync(join(dataDir, "redis")).filter((name) => /instance|conf|pid/.test(name))];
}
