import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { type SpawnedApp, spawnApp } from "../../scripts/testing/spawn-app.ts";

/** An example as its own process, on a free port where it has one. */
export function spawnExample(name: string, env: Record<string, string>): SpawnedApp {
  const entry = fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
  return spawnApp({ entry, cwd: tmpdir(), env: { PORT: "0", DRAIN_MS: "0", ...env } });
}

/** The address that an example says it listens on. */
export async function addressOf(app: SpawnedApp): Promise<string> {
  const line = await app.waitForLog((text) => text.startsWith("listening on "));
  const { port } = JSON.parse(line.slice("listening on ".length)) as { port: number };
  return `http://127.0.0.1:${port}`;
}

/** Asks it to stop, and gives its exit code. */
export async function stopExample(app: SpawnedApp): Promise<number | null> {
  app.child.kill("SIGTERM");
  return (await app.exit).code;
}
