import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { startOf } from "./start-of.mjs";

/**
 * Takes a lock that is a file with our process id, or gives the id of the living process that has it. The file of a dead
 * process is cleared away, even where another process has its id by now: a container that starts again gives the same few
 * ids to the same programs. For what `flock` would do better where it exists.
 *
 * @param {string} path
 * @returns {{ release: () => void } | { heldBy: number }}
 */
export function takePidLock(path) {
  for (;;) {
    if (create(path)) return { release: () => rmSync(path, { force: true }) };
    const holder = read(path);
    if (holder === undefined) continue;
    const pid = livingHolder(holder);
    if (pid !== undefined) return { heldBy: pid };
    clearStale(path, holder);
  }
}

/**
 * By linking a finished file: a lock that could be read empty would look like a dead one.
 *
 * @param {string} path
 */
function create(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid) ?? ""}`);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own);
  }
}

/**
 * Whether a process with this id runs, ours or another user's. One that has ended stays in the table, as a zombie, until its
 * parent has asked for its end, which in a container without an init is never.
 *
 * @param {number} pid
 */
export function isAlive(pid) {
  return pid > 0 && exists(pid) && !isZombie(pid);
}

/** @param {number} pid */
function isZombie(pid) {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // Linux only, or just gone.
    return false;
  }
}

/** @param {number} pid */
function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** @param {string} path @returns {string | undefined} undefined when the lock has just been released */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * @param {string} text the lock's
 * @returns {number | undefined} undefined for a dead process, for an id that is another's by now, and for rubbish
 */
function livingHolder(text) {
  const [, id, startedAt] = /^(\d+)(?: (.+))?$/.exec(text.trim()) ?? [];
  const pid = Number(id ?? 0);
  if (!isAlive(pid)) return undefined;
  const isSame = startedAt === undefined || startedAt === (startOf(pid) ?? startedAt);
  return isSame ? pid : undefined;
}

/**
 * By renaming, which only one process can do to the same file. If meanwhile another has cleared it and taken the lock,
 * what was moved is that living lock, and goes back.
 *
 * @param {string} path
 * @param {string} deadHolder
 */
function clearStale(path, deadHolder) {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== deadHolder) linkSync(aside, path);
    rmSync(aside);
  } catch {
    // The other one was first.
  }
}
