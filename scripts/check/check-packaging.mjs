import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "../setup/run-npm.mjs";

/**
 * Every public package: what `exports` promises exists after a build, and what npm would publish has it and holds no
 * test.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkPackaging(root) {
  const packages = readdirSync(join(root, "packages"))
    .map((name) => ({ dir: `packages/${name}`, manifest: readManifest(join(root, "packages", name, "package.json")) }))
    .filter(({ manifest }) => manifest !== undefined && !manifest.private);
  const args = [
    "pack",
    "--dry-run",
    "--json",
    "--ignore-scripts",
    ...packages.flatMap(({ dir }) => ["--workspace", dir]),
  ];
  const { code, stdout, output } = await runNpm(args, { cwd: root });
  if (code !== 0) return [output.trim()];
  const packed = byName(JSON.parse(stdout));
  return packages.flatMap(({ manifest }) => packageProblems(manifest, packed.get(manifest.name) ?? []));
}

/**
 * @param {{ name: string, exports?: unknown }} manifest
 * @param {readonly string[]} files what npm would publish
 * @returns {string[]}
 */
export function packageProblems({ name, exports }, files) {
  const targets = exportTargets(exports);
  return [
    ...(targets.length === 0 ? [`${name}: has no exports, so every file of it can be imported`] : []),
    ...targets
      .filter((target) => !files.includes(target))
      .map((target) => `${name}: exports ${target}, which is not published`),
    ...files.filter((file) => /\.test\.|(^|\/)test\//.test(file)).map((file) => `${name}: publishes the test ${file}`),
    ...files.filter((file) => file.endsWith(".tsbuildinfo")).map((file) => `${name}: publishes ${file}`),
  ];
}

/** @param {unknown} exports @returns {string[]} */
function exportTargets(exports) {
  if (typeof exports === "string") return [exports.replace(/^\.\//, "")];
  return typeof exports === "object" && exports !== null ? Object.values(exports).flatMap(exportTargets) : [];
}

/** @param {string} path */
function readManifest(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/**
 * @param {{ name: string, files: { path: string }[] }[] | Record<string, { name: string, files: { path: string }[] }>} packed
 *   a list, or from npm 12 on an object
 */
function byName(packed) {
  return new Map(Object.values(packed).map(({ name, files }) => [name, files.map(({ path }) => path)]));
}
