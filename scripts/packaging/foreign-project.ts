import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Packed } from "../check/pack-packages.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { run } from "../setup/run.mjs";
import { runNpm } from "../setup/run-npm.mjs";

/** An empty project outside the repository, with some of our packages installed from their tarballs. */
export interface ForeignProject {
  /** What npm installed, by name. */
  readonly installed: readonly string[];
  /** Runs a program of `fixtures/` in it; the exit code and all that was printed. */
  runFixture(node: string, name: string, env?: Record<string, string>): Promise<{ code: number; output: string }>;
  /** Runs an installed command. */
  runCommand(node: string, name: string, args: readonly string[]): Promise<{ code: number; output: string }>;
  remove(): void;
}

/**
 * Installs these packages, and what they need of ours, as a user would; `others` are what a user has besides.
 *
 * @throws with npm's words if it cannot.
 */
export async function createForeignProject(
  packed: readonly Packed[],
  { ours, others }: { readonly ours: readonly string[]; readonly others: readonly string[] },
): Promise<ForeignProject> {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-elsewhere-"));
  writeFileSync(join(directory, "package.json"), '{ "name": "elsewhere", "private": true, "type": "module" }\n');
  // Releases of ours are on no registry yet, so the needed ones come from their tarballs too.
  const tarballs = withNeeded(packed, ours).map(({ tarball }) => tarball);
  const args = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs, ...others];
  const { code, output } = await runNpm(args, { cwd: directory });
  if (code !== 0) throw new Error(output.trim());
  const lock = JSON.parse(readFileSync(join(directory, "node_modules", ".package-lock.json"), "utf8"));
  const installed = Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13));
  await takeNativeModule(directory, installed);
  return {
    installed: [...new Set(installed)].sort(),
    runFixture: async (node, name, env = {}) => {
      const program = join(directory, name);
      await copyFile(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), program);
      return await run(node, [program], { cwd: directory, env: { ...process.env, ...env }, timeoutMs: 60_000 });
    },
    runCommand: async (node, name, words) => {
      const { bin } = JSON.parse(readFileSync(join(directory, "node_modules", name, "package.json"), "utf8"));
      const [script = ""] = Object.values<string>(bin);
      const command = join(directory, "node_modules", name, script);
      return await run(node, [command, ...words], { cwd: directory, timeoutMs: 60_000 });
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function withNeeded(packed: readonly Packed[], names: readonly string[]): readonly Packed[] {
  const needed = new Set(names);
  // A set hands out what is added to it while it is walked through.
  for (const name of needed) {
    const manifest = packed.find((one) => one.manifest.name === name)?.manifest;
    for (const dependency of Object.keys(manifest?.dependencies ?? {})) {
      if (dependency.startsWith("@caretaker/")) needed.add(dependency);
    }
  }
  return packed.filter(({ manifest }) => needed.has(manifest.name));
}

/** Compiling takes a minute and more: what set-up made for this very release serves here too. */
async function takeNativeModule(directory: string, installed: readonly string[]): Promise<void> {
  if (!installed.includes("better-sqlite3")) return;
  const path = join("node_modules", "better-sqlite3", "build", "Release", "better_sqlite3.node");
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await copyFile(join(rootDir, path), join(directory, path));
}
