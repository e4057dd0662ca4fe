import { lintTarball } from "./lint-tarball.mjs";
import { withPackedPackages } from "./pack-packages.mjs";

/**
 * Every public package, as npm would publish it: what `exports` promises is there, no test is, it depends on published
 * releases of the others, it has a page, and publint and attw find nothing.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkPackaging(root) {
  return withPackedPackages(root, async (packages) => {
    const names = new Set(packages.map(({ manifest }) => manifest.name));
    const problems = [];
    for (const { manifest, files, tarball } of packages) {
      problems.push(...packageProblems(manifest, files), ...rangeProblems(manifest, names));
      problems.push(...(await lintTarball(tarball)).map((problem) => `${manifest.name}: ${problem}`));
    }
    return problems;
  });
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
    ...["README.md", "LICENSE"]
      .filter((needed) => !files.includes(needed))
      .map((missing) => `${name}: publishes no ${missing}`),
    ...files.filter((file) => /\.test\.|(^|\/)test\//.test(file)).map((file) => `${name}: publishes the test ${file}`),
    ...files.filter((file) => file.endsWith(".tsbuildinfo")).map((file) => `${name}: publishes ${file}`),
  ];
}

/**
 * A published `"*"` would fit any release, an older and a later major among them; a private package cannot be installed.
 *
 * @param {{ name: string, dependencies?: Record<string, string> }} manifest
 * @param {ReadonlySet<string>} published
 * @returns {string[]}
 */
export function rangeProblems({ name, dependencies = {} }, published) {
  return Object.entries(dependencies)
    .filter(([dependency]) => dependency.startsWith("@caretaker/"))
    .flatMap(([dependency, range]) => [
      ...(published.has(dependency) ? [] : [`${name}: depends on ${dependency}, which is private`]),
      ...(range === "*" ? [`${name}: depends on any release of ${dependency} ("*"); say which, such as "^0.1.0"`] : []),
    ]);
}

/** @param {unknown} exports @returns {string[]} */
function exportTargets(exports) {
  if (typeof exports === "string") return [exports.replace(/^\.\//, "")];
  return typeof exports === "object" && exports !== null ? Object.values(exports).flatMap(exportTargets) : [];
}
