import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { canMake } from "../odd-things.test.fixture.js";
import { makeRoot, NOW_MS } from "../test-support.test.fixture.js";
import { atOnce } from "../turns.js";
import { changedSince } from "./activity.js";

describe("changedSince", () => {
  it("sees a change at any depth, to the millisecond", () => {
    const root = makeRoot();
    mkdirSync(join(root, "a/b"), { recursive: true });
    writeFileSync(join(root, "a/b/file"), "");
    expect(atOnce(changedSince(root, NOW_MS))).toBe(false);
    setChanged(join(root, "a/b/file"));
    expect(atOnce(changedSince(root, NOW_MS))).toBe(true);
    expect(atOnce(changedSince(root, NOW_MS + 1))).toBe(false);
  });

  it("sees the change of a directory itself", () => {
    const root = makeRoot();
    setChanged(root);
    expect(atOnce(changedSince(root, NOW_MS))).toBe(true);
  });

  it("sees that something was put there just now, whatever time it claims", () => {
    const root = makeRoot();
    const before = Date.now() - 60_000;
    writeFileSync(join(root, "copy"), "");
    utimesSync(join(root, "copy"), 0, 0);
    utimesSync(root, 0, 0);
    expect(atOnce(changedSince(root, before))).toBe(true);
  });

  it("follows no link", () => {
    const [root, elsewhere] = [makeRoot(), makeRoot()];
    setChanged(elsewhere);
    symlinkSync(elsewhere, join(root, "link"));
    expect(atOnce(changedSince(root, NOW_MS))).toBe(false);
  });

  it.skipIf(!canMake("mount"))("leaves another file system alone (needs root to mount one)", () => {
    const root = makeRoot();
    mkdirSync(join(root, "mounted"));
    execFileSync("mount", ["-t", "tmpfs", "none", join(root, "mounted")]);
    onTestFinished(() => void spawnSync("umount", ["-l", join(root, "mounted")]));
    writeFileSync(join(root, "mounted/file"), "");
    setChanged(join(root, "mounted/file"));
    expect(atOnce(changedSince(root, NOW_MS))).toBe(false);
  });
});

function setChanged(path: string): void {
  utimesSync(path, new Date(NOW_MS), new Date(NOW_MS));
}
