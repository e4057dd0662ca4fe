import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRoot, makeSession, makeTarget, NOW_MS } from "../test-support.test.fixture.js";
import { countEntries } from "./count-entries.js";
import { countRoot } from "./count-root.js";
import { scan } from "./scan.js";

describe("a count of a root", () => {
  it("is that of a scan, for every kind of entry", async () => {
    const root = makeRoot();
    makeSession(root, "a", 1);
    makeSession(root, "a", 2, { marker: null });
    writeFileSync(join(root, makeSession(root, "a", 3), ".hold"), "");
    mkdirSync(join(root, "not ours"));
    mkdirSync(join(root, ".caretaker-trash"));
    writeFileSync(join(root, "file"), "");
    symlinkSync("/", join(root, "a_20240104_103000"));
    mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff])]));
    const { counts } = await countRoot(makeTarget(root), { nowMs: NOW_MS });
    const { unread, ...scanned } = countEntries((await scan(makeTarget(root), { nowMs: NOW_MS })).entries);
    expect(counts).toEqual(scanned);
    expect(counts).toEqual({
      owned: 1,
      active: 0,
      held: 1,
      caretaker: 1,
      unknown: { marker_missing: 1, name_mismatch: 2, not_a_directory: 1, symlink: 1 },
    });
    expect(unread).toBe(0);
  });

  it("reads every marker of more sessions than are read at once, and tells how far it is", async () => {
    const root = makeRoot();
    const count = 5_000;
    for (let index = 0; index < count; index += 1) makeSession(root, `s${index}`, 1 + (index % 28));
    const heard: number[] = [];
    const { counts } = await countRoot(makeTarget(root), { nowMs: NOW_MS, onProgress: (done) => heard.push(done) });
    expect(counts).toMatchObject({ owned: count, unknown: {} });
    expect(heard).toEqual([...heard].toSorted((a, b) => a - b));
    expect(heard.length).toBeGreaterThan(2);
    expect(heard.at(-1)).toBe(count);
  });

  it("reads by a rule of the user's own as well", async () => {
    const root = makeRoot();
    for (const day of [1, 2, 3]) makeSession(root, "a", day);
    const target = makeTarget(root);
    const inspect = () => ({ status: "unknown", reason: "mine" }) as const;
    const owns = { ...target.owns, inspect };
    const { counts } = await countRoot({ ...target, owns }, { nowMs: NOW_MS });
    expect(counts).toMatchObject({ owned: 0, unknown: { mine: 3 } });
  });

  it("leaves out what vanishes while it is read", async () => {
    const root = makeRoot();
    const names = [1, 2, 3].map((day) => makeSession(root, "a", day));
    const target = makeTarget(root);
    // The listing asks of each name whether it is a session's: the last moment before it is read.
    const parseName = (name: string) => {
      rmSync(join(root, String(names[1])), { recursive: true, force: true });
      return target.owns.parseName(name);
    };
    const { counts } = await countRoot({ ...target, owns: { ...target.owns, parseName } }, { nowMs: NOW_MS });
    expect(counts).toMatchObject({ owned: 2, unknown: {} });
  });

  it("ends when it is told to, and when the root is gone", async () => {
    const root = makeRoot();
    makeSession(root, "a", 1);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(countRoot(makeTarget(root), { nowMs: NOW_MS, signal })).rejects.toThrow("enough");
    const gone = join(root, "gone");
    await expect(countRoot(makeTarget(gone), { nowMs: NOW_MS })).rejects.toMatchObject({ rule: "missing" });
  });
});
