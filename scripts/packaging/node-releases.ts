import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../setup/cache-dir.mjs";
import { runNpm } from "../setup/run-npm.mjs";

/** One release that the packages must run on; the one at work needs no other binary. */
export interface NodeRelease {
  readonly major: number;
  /** As npm carries it; `null` for the Node this runs on. */
  readonly version: string | null;
}

/** The releases in support, each the newest when this was written, but for the one at work. */
export const NODE_RELEASES: readonly NodeRelease[] = [
  { major: 20, version: "20.20.2" },
  { major: 22, version: "22.23.3" },
  { major: 24, version: "24.21.0" },
].map((release) => (process.version.startsWith(`v${release.major}.`) ? { ...release, version: null } : release));

/**
 * The path of a release's executable, from the user's cache or from npm, whose package is nothing but the binary.
 * Throws with npm's words where it cannot be had.
 */
export async function nodeExecutable({ version }: NodeRelease): Promise<string> {
  if (version === null) return process.execPath;
  const directory = join(cacheDir(), `node-${version}`);
  const name = `node-${process.platform}-${process.arch}`;
  const executable = join(directory, "node_modules", name, "bin", "node");
  if (existsSync(executable)) return executable;
  await mkdir(directory, { recursive: true });
  const args = ["install", "--prefix", directory, "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${version}`];
  const { code, output } = await runNpm(args, { cwd: directory });
  if (code !== 0 || !existsSync(executable)) throw new Error(`${name}@${version} cannot be had: ${output.trim()}`);
  return executable;
}
