import { readFileSync } from "node:fs";

/**
 * What publint and attw say against a packed package, each as a sentence. Both are imported here and not before: on a
 * fresh clone they are not there until the check has installed them.
 *
 * @param {string} tarball
 * @returns {Promise<string[]>}
 */
export async function lintTarball(tarball) {
  const bytes = Uint8Array.from(readFileSync(tarball));
  return [...(await publintProblems(bytes)), ...(await attwProblems(bytes))];
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function publintProblems(bytes) {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

/** @param {Uint8Array} bytes */
async function attwProblems(bytes) {
  const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (!analysis.types) return ["attw: has no types"];
  return analysis.problems.filter(isOurs).map(({ kind, ...where }) => `attw: ${kind} ${JSON.stringify(where)}`);
}

/**
 * The packages are ESM on purpose: the resolution of Node 10 knows no `exports`, and a `require()` of ESM, which attw
 * warns of, works from the oldest Node that is supported.
 *
 * @param {import("@arethetypeswrong/core").Problem} problem
 */
function isOurs(problem) {
  const isOldResolution = "resolutionKind" in problem && problem.resolutionKind === "node10";
  return !isOldResolution && problem.kind !== "CJSResolvesToESM";
}
