import { join } from "node:path";
import { UserError } from "./errors.mjs";
import { run } from "./run.mjs";

/**
 * Builds every workspace; turbo skips what has not changed.
 *
 * @param {{ root: string, say: (line: string) => void }} options
 */
export async function buildPackages({ root, say }) {
  const startedAt = performance.now();
  const { code, output } = await run(
    join(root, "node_modules", ".bin", "turbo"),
    ["run", "build", "--output-logs=errors-only"],
    {
      cwd: root,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", TURBO_NO_UPDATE_NOTIFIER: "1", DO_NOT_TRACK: "1" },
    },
  );
  if (code !== 0) throw new UserError(`the build failed:\n${output.trim()}`);
  // Silent when everything came from the cache.
  if (!/FULL TURBO/.test(output))
    say(`build: sources have changed; done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}
