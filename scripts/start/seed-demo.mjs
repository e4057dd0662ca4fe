import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../setup/errors.mjs";
import { run } from "../setup/run.mjs";

/**
 * Fills an empty data directory with demo recordings. Resolves with whether the data directory holds a demo, made now or
 * by an earlier start: only then may the worker keep as few recordings as a demo needs to show a cleanup.
 *
 * @param {{ options: { demo: boolean, dataDir: string }, root: string, say: (line: string) => void, env?: NodeJS.ProcessEnv }} options
 */
export async function seedDemo({ options: { demo, dataDir }, root, say, env = process.env }) {
  // With recordings elsewhere there is nothing of ours to fill.
  if (!demo || env["RECORDINGS_DIR"]) return false;
  const marker = join(dataDir, "demo");
  if (existsSync(marker)) return true;
  if (holdsSessions(join(dataDir, "recordings"))) return false;
  await mkdir(dataDir, { recursive: true, mode: 0o750 });
  const { code, output } = await run(process.execPath, [join(root, "apps", "worker", "dist", "demo.js")], {
    cwd: root,
    env: { ...env, DATA_DIR: dataDir },
  });
  if (code !== 0) throw new UserError(`making the demo recordings failed with ${code}:\n${output.trim().slice(-2000)}`);
  await writeFile(marker, "The recordings beside this file were made by `npm start` for demonstration.\n");
  say(`demo: made recordings in ${join(dataDir, "recordings")}`);
  return true;
}

/** @param {string} recordings */
function holdsSessions(recordings) {
  return existsSync(recordings) && readdirSync(recordings).some((name) => !name.startsWith("."));
}
