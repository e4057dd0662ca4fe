import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Instance the private Redis that runs on a directory
 * @property {string} url with its password: the file is readable by its owner alone
 * @property {number} pid of the server
 * @property {number} launcherPid of the process that started it and stops it
 */

/**
 * @param {string} dir the Redis directory
 * @returns {Instance | undefined} undefined when there is none, or nothing readable
 */
export function readInstance(dir) {
  try {
    const { url, pid, launcherPid } = JSON.parse(readFileSync(path(dir), "utf8"));
    return typeof url === "string" && Number.isInteger(pid) && Number.isInteger(launcherPid)
      ? { url, pid, launcherPid }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} dir
 * @param {Instance} instance
 */
export function writeInstance(dir, instance) {
  const temporary = `${path(dir)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(instance, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path(dir));
}

/** @param {string} dir */
export function removeInstance(dir) {
  rmSync(path(dir), { force: true });
}

/** @param {string} dir */
function path(dir) {
  return join(dir, "instance.json");
}
