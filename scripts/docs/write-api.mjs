import { runTool } from "../check/run-tool.mjs";
import { rootDir } from "../setup/root-dir.mjs";

/**
 * Writes the reference of what the packages export, one page for each entry of an `exports` map, from their docstrings.
 *
 * @param {string} directory emptied first
 * @returns {Promise<string[]>} what is wrong with a docstring, such as a link that leads nowhere
 */
export function writeApi(directory) {
  return runTool(rootDir, "typedoc", ["--treatWarningsAsErrors", "--logLevel", "Warn", "--out", directory]);
}
