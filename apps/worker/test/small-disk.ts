import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "@caretaker/sqlite-store";
import { expect, onTestFinished } from "vitest";

/** Whether this user may mount a file system of a test's own. */
export const canMount = process.geteuid?.() === 0 && spawnSync("unshare", ["-m", "true"]).status === 0;

/** A disk of 16 MiB, mounted until the test has finished. */
export interface SmallDisk {
  readonly path: string;
  /** Fills it to the last byte, those included that the log of the database on it holds and would write over. */
  fill(): void;
  makeRoom(): void;
}

/** Mounts one in a directory that is made for it. */
export function mountSmallDisk(path: string): SmallDisk {
  mkdirSync(path);
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=16m", "none", path]).status).toBe(0);
  onTestFinished(() => void spawnSync("umount", ["-l", path]));
  const filler = join(path, "filler");
  const takeAll = () => {
    spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4096", "oflag=append", "conv=notrunc"]);
  };
  return {
    path,
    fill: () => {
      const database = openDatabase(join(path, "caretaker.db"), { log: { info: () => undefined } });
      database.connection.pragma("wal_checkpoint(TRUNCATE)");
      database.close();
      takeAll();
    },
    makeRoom: () => rmSync(filler),
  };
}

/** The codes with which a check's changes of state are kept in the database on it, oldest first. */
export function keptCodes(disk: SmallDisk, check: string): readonly string[] {
  const database = openDatabase(join(disk.path, "caretaker.db"), { log: { info: () => undefined } });
  const question = "SELECT code FROM status_transitions WHERE check_name = ? ORDER BY at_ms, id";
  try {
    return database.connection.prepare<[string], string>(question).pluck().all(check) as string[];
  } finally {
    database.close();
  }
}
