import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";

const ENTRY = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** The API app as its own process, on a free port. */
export function spawnApi(env: Record<string, string>): SpawnedApp {
  return spawnApp({
    entry: ENTRY,
    cwd: tmpdir(),
    env: { PORT: "0", DRAIN_DELAY: "0s", SHUTDOWN_TIMEOUT: "10s", ...env },
  });
}

/** Asks it to stop and waits until it has. */
export async function stopApi(app: SpawnedApp): Promise<void> {
  app.child.kill("SIGTERM");
  await app.exit;
}

/** The address it listens on, once it does. */
export async function urlOf(app: SpawnedApp): Promise<string> {
  return `http://127.0.0.1:${await app.waitForPort()}`;
}
