import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Safety } from "../safety.js";
import { canMount, makeRoot } from "../test-support.test.fixture.js";
import { canUseHandles } from "./can-use-handles.js";
import type { DirectoryHandle } from "./directory-handle.js";
import { openDirectory } from "./open-directory.js";

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.each(SAFETIES)("a directory opened by %s", (safety) => {
  it("reaches its entries one name at a time, whatever bytes they are called", () => {
    const { root, directory } = open(safety);
    const odd = Buffer.from([0x61, 0xff, 0x0a]);
    writeFileSync(directory.child(odd), "odd");
    writeFileSync(directory.child("ä file"), "text");
    expect(readdirSync(root, "buffer").map(String).sort()).toEqual([String(odd), "ä file"].sort());
    expect(readFileSync(directory.child("ä file"), "utf8")).toBe("text");
    unlinkSync(directory.child(odd));
    mkdirSync(directory.child("below"));
    rmdirSync(directory.child("below"));
    expect(readdirSync(directory.path)).toEqual(["ä file"]);
    mkdirSync(directory.child(odd));
    const below = directory.openDirectory(odd);
    onTestFinished(() => below.close());
    writeFileSync(below.child(odd), "odd");
    expect(readdirSync(below.rawPath)).toHaveLength(1);
  });

  it("is itself what its path names, and no link", () => {
    const { root, directory } = open(safety);
    expect(lstatSync(directory.path).isDirectory()).toBe(true);
    expect(lstatSync(directory.path).ino).toBe(statSync(root).ino);
    expect(directory.stat().ino).toBe(statSync(root, { bigint: true }).ino);
    expect(directory.safety).toBe(safety);
  });

  it.each(["", ".", "..", "a/b", "../up", "/etc", "a\0b"])("takes %j for no name of an entry", (name) => {
    const { directory } = open(safety);
    expect(() => directory.child(name)).toThrow(TypeError);
    expect(() => directory.child(Buffer.from(name))).toThrow(TypeError);
    expect(() => directory.openDirectory(name)).toThrow(TypeError);
  });

  it("opens a directory in it, and neither a link to one, nor a file, nor what is missing", () => {
    const { root, directory } = open(safety);
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    writeFileSync(join(root, "file"), "");
    const real = directory.openDirectory(Buffer.from("real"));
    onTestFinished(() => real.close());
    expect(real.stat().ino).toBe(statSync(join(root, "real"), { bigint: true }).ino);
    expect(() => directory.openDirectory("link")).toThrow(/ENOTDIR|ELOOP/);
    expect(() => directory.openDirectory("file")).toThrow("ENOTDIR");
    expect(() => directory.openDirectory("missing")).toThrow("ENOENT");
  });

  it("refuses to begin at a link", () => {
    const { root } = open(safety);
    symlinkSync(root, `${root}-link`);
    expect(() => openDirectory(`${root}-link`, { safety })).toThrow(/ENOTDIR|ELOOP/);
  });

  it("is synced without holding up this thread, and closed once however often it is told", async () => {
    const { root, directory } = open(safety);
    const below = openDirectory(root, { safety });
    expect(await directory.sync()).toBeUndefined();
    below.close();
    // Somebody else's file may have the number by now.
    const other = openDirectory(root, { safety });
    below.close();
    expect(other.stat().isDirectory()).toBe(true);
    other.close();
  });
});

describe.runIf(canUseHandles())("a directory opened by handles", () => {
  it("stays the same directory when it is moved and a link takes its name", () => {
    const { root, directory } = open("handles");
    writeFileSync(join(root, "mine"), "");
    renameSync(root, `${root}-moved`);
    mkdirSync(`${root}-innocent`);
    symlinkSync(`${root}-innocent`, root);
    expect(readdirSync(directory.path)).toEqual(["mine"]);
    unlinkSync(directory.child("mine"));
    expect(readdirSync(`${root}-moved`)).toEqual([]);
  });

  it("is what a caller gets who does not choose", () => {
    const directory = openDirectory(makeRoot());
    onTestFinished(() => directory.close());
    expect(directory.safety).toBe("handles");
    expect(directory.mountId()).toMatch(/^\d+$/);
  });

  it.skipIf(!canMount())("tells a bind mount from its directory, though both are on one device", () => {
    const { root, directory } = open("handles");
    mkdirSync(join(root, "shown"));
    mkdirSync(join(root, "mounted"));
    execFileSync("mount", ["--bind", join(root, "shown"), join(root, "mounted")]);
    onTestFinished(() => void execFileSync("umount", [join(root, "mounted")]));
    const [shown, mounted] = [directory.openDirectory("shown"), directory.openDirectory("mounted")];
    const seen = { dev: mounted.stat().dev, mounts: [shown.mountId(), mounted.mountId()] };
    shown.close();
    mounted.close();
    expect(seen.dev).toBe(directory.stat().dev);
    expect(seen.mounts[0]).toBe(directory.mountId());
    expect(seen.mounts[1]).not.toBe(directory.mountId());
  });
});

function open(safety: Safety): { root: string; directory: DirectoryHandle } {
  const root = makeRoot();
  const directory = openDirectory(root, { safety });
  onTestFinished(() => directory.close());
  return { root, directory };
}
