import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNpm } from "../setup/run-npm.mjs";

/**
 * @typedef {{ name: string, private?: boolean, exports?: unknown, bin?: unknown, dependencies?: Record<string, string> }} Manifest
 * @typedef {{ dir: string, manifest: Manifest }} Workspace
 * @typedef {{ manifest: Manifest, files: string[], tarball: string }} Packed
 */

/**
 * Packs everything that is published, as npm would, and hands it over; the tarballs are gone afterwards.
 *
 * @template T
 * @param {string} root
 * @param {(packed: Packed[]) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPackedPackages(root, use) {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-pack-"));
  try {
    return await use(await packInto(directory, root));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param {string} directory @param {string} root @returns {Promise<Packed[]>} */
async function packInto(directory, root) {
  const published = publishedWorkspaces(root);
  const workspaces = published.flatMap(({ dir }) => ["--workspace", dir]);
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", directory, ...workspaces];
  const { code, stdout, output } = await runNpm(args, { cwd: root });
  if (code !== 0) throw new Error(output.trim());
  const packed = byName(JSON.parse(stdout));
  return published.map(({ manifest }) => {
    const { filename = "", files = [] } = packed.get(manifest.name) ?? {};
    return { manifest, files: files.map(({ path }) => path), tarball: join(directory, filename) };
  });
}

/**
 * The workspaces that are not private.
 *
 * @param {string} root
 * @returns {Workspace[]}
 */
export function publishedWorkspaces(root) {
  return ["packages", "apps"].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const path = join(root, folder, name, "package.json");
      if (!existsSync(path)) return [];
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      return manifest.private === true ? [] : [{ dir: `${folder}/${name}`, manifest }];
    }),
  );
}

/**
 * @typedef {{ name: string, filename: string, files: { path: string }[] }} NpmPacked
 * @param {NpmPacked[] | Record<string, NpmPacked>} packed a list, or from npm 12 on an object
 */
function byName(packed) {
  return new Map(Object.values(packed).map((one) => [one.name, one]));
}
