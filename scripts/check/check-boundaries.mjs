import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runTool } from "./run-tool.mjs";

/**
 * Arrows point one way: apps to adapters to cores, and no import leaves its package. The tags stand in each package's
 * turbo.json, the rules in the root's.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export async function checkBoundaries(root) {
  const copy = mkdtempSync(join(tmpdir(), "caretaker-boundaries-"));
  try {
    copySources(root, copy);
    return await runTool(root, "turbo", ["boundaries"], { cwd: copy });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * What ships and nothing else: turbo would also judge old files in dist/, and the tests in test/, which share the
 * helpers of scripts/testing across package borders on purpose.
 *
 * @param {string} root
 * @param {string} copy
 */
export function copySources(root, copy) {
  for (const name of ["package.json", "package-lock.json", "turbo.json", "tsconfig.json"])
    cpSync(join(root, name), join(copy, name));
  for (const group of ["packages", "apps", "bench", "examples"]) {
    cpSync(join(root, group), join(copy, group), { recursive: true, filter: isSource });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

/** @param {string} path */
function isSource(path) {
  return !["dist", "test", "node_modules", ".turbo"].includes(basename(path));
}
