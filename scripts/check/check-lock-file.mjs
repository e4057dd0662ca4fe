import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkLockFile(root) {
  return lockProblems(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
}

/**
 * What makes a lock fail for others though it works here. npm drops an optional dependency without a word when the
 * registry does not have it yet, which is how a tool's binary for another platform gets lost; and an address in
 * `resolved` ties everybody to the registry of whoever wrote the lock.
 *
 * @param {Record<string, LockEntry>} packages
 * @returns {string[]}
 */
export function lockProblems(packages) {
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...missingOptional(packages, path, entry),
    ...(entry.resolved !== undefined && !entry.link ? [`${path}: has a resolved address, ${entry.resolved}`] : []),
    ...(isInstalled(path) && !entry.link && entry.integrity === undefined ? [`${path}: has no integrity`] : []),
  ]);
}

/** @param {Record<string, LockEntry>} packages @param {string} path @param {LockEntry} entry */
function missingOptional(packages, path, { optionalDependencies = {} }) {
  return Object.keys(optionalDependencies)
    .filter((name) => !placesFor(path, name).some((place) => packages[place] !== undefined))
    .map(
      (name) =>
        `${path || "the root"}: its optional dependency ${name} has no entry, so \`npm ci\` fails where it is needed`,
    );
}

/**
 * Where Node would find `name` from `path`: its own node_modules, then those of each directory above.
 *
 * @param {string} path
 * @param {string} name
 */
function placesFor(path, name) {
  const places = [`${path}/node_modules/${name}`];
  for (let at = path.lastIndexOf("node_modules/"); at > 0; at = path.lastIndexOf("node_modules/", at - 1)) {
    places.push(`${path.slice(0, at)}node_modules/${name}`);
  }
  return [...places, `node_modules/${name}`];
}

/** @param {string} path */
function isInstalled(path) {
  return path.includes("node_modules/");
}
