import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { canUseHandles } from "../directory/can-use-handles.js";
import { openDirectory } from "../directory/open-directory.js";
import type { Safety } from "../safety.js";
import { canMount, describeTree, makeRoot, makeSession } from "../test-support.test.fixture.js";
import { atOnce } from "../turns.js";
import { type DeleteTreeOptions, type DeleteTreeResult, deleteTree } from "./delete-tree.js";

const OPTIONS = { markerName: "metadata.json" };

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];

describe.each(SAFETIES)("deleteTree by %s", (safety) => {
  const deleteAt = (path: string, options: DeleteTreeOptions): DeleteTreeResult => {
    const parent = openDirectory(dirname(path), { safety });
    try {
      return atOnce(deleteTree(parent, basename(path), options));
    } finally {
      parent.close();
    }
  };

  it("removes a tree of any kind of entry, and says how many bytes that freed", () => {
    const { root, path } = makeTree();
    mkdirSync(join(path, "deep/er"), { recursive: true });
    writeFileSync(join(path, "deep/er/file"), "x".repeat(10_000));
    execFileSync("mkfifo", [join(path, "pipe")]);
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x0a])]), "odd");
    const files = execFileSync("find", [path, "-type", "f", "-printf", "%b\n"]).toString().trim().split("\n");
    const bytesFreed = files.reduce((sum, blocks) => sum + Number(blocks) * 512, 0);
    expect(deleteAt(path, OPTIONS)).toEqual({ bytesFreed, error: null });
    expect(readdirSync(root)).toEqual([]);
  });

  it("removes links themselves and touches nothing they lead to", () => {
    const { root, path } = makeTree();
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "precious");
    symlinkSync(outside, join(path, "to-directory"));
    symlinkSync(join(outside, "file"), join(path, "to-file"));
    symlinkSync("..", join(path, "up"));
    const before = describeTree(outside);
    expect(deleteAt(path, OPTIONS).error).toBeNull();
    expect(describeTree(outside)).toEqual(before);
    expect(readdirSync(root)).toEqual(["outside"]);
  });

  it("frees nothing for a file that has another link, and leaves that link alone", () => {
    const { root, path } = makeTree();
    writeFileSync(join(root, "shared"), "x".repeat(1_000_000));
    linkSync(join(root, "shared"), join(path, "link"));
    const { bytesFreed } = deleteAt(path, OPTIONS);
    expect(bytesFreed).toBeLessThan(1_000_000);
    expect(statSync(join(root, "shared"))).toMatchObject({ size: 1_000_000, nlink: 1 });
  });

  it("frees a file once that has both its links in the tree", () => {
    const { path } = makeTree();
    writeFileSync(join(path, "one"), "x".repeat(1_000_000));
    linkSync(join(path, "one"), join(path, "two"));
    const { bytesFreed } = deleteAt(path, OPTIONS);
    expect(bytesFreed).toBeGreaterThanOrEqual(1_000_000);
    expect(bytesFreed).toBeLessThan(2_000_000);
  });

  it("removes the marker last of all files, though it is not the last by name", () => {
    const { path } = makeTree();
    mkdirSync(join(path, "zzz"));
    writeFileSync(join(path, "zzz/metadata.json"), "another");
    const hadMarker: boolean[] = [];
    const onFileDeleted = () => void hadMarker.push(existsSync(join(path, "metadata.json")));
    deleteAt(path, { ...OPTIONS, onFileDeleted });
    expect(hadMarker).toEqual([true, true, true, false]);
  });

  it("takes files that appear while it works", () => {
    const { root, path } = makeTree();
    let isFirst = true;
    const onFileDeleted = () => {
      if (isFirst) writeFileSync(join(path, "late"), "late");
      isFirst = false;
    };
    expect(deleteAt(path, { ...OPTIONS, onFileDeleted }).error).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });

  it("gives up on a directory that fills faster than it empties", () => {
    const { path } = makeTree();
    let count = 0;
    const onFileDeleted = () => {
      count += 1;
      writeFileSync(join(path, `late-${count}`), "late");
    };
    expect(deleteAt(path, { ...OPTIONS, onFileDeleted }).error).toMatchObject({ code: "ENOTEMPTY" });
  });

  it("is content when nothing is there", () => {
    expect(deleteAt(join(makeRoot(), "gone"), OPTIONS)).toEqual({ bytesFreed: 0, error: null });
  });

  it.skipIf(!canUseHandles())(
    "removes directories deeper than a path may be long, with a bounded number of open files",
    () => {
      const { root, path } = makeTree();
      makeDeep(path, 2_000);
      const mostOpen = { count: 0 };
      const onFileDeleted = () => {
        mostOpen.count = Math.max(mostOpen.count, openFiles());
      };
      const before = openFiles();
      expect(deleteAt(path, { ...OPTIONS, onFileDeleted })).toEqual({ bytesFreed: expect.any(Number), error: null });
      expect(readdirSync(root)).toEqual([]);
      expect(mostOpen.count).toBeLessThanOrEqual(before + 30);
      expect(openFiles()).toBe(before);
    },
    30_000,
  );

  it("keeps the marker until what lay too deep is gone as well", () => {
    const { path } = makeTree();
    mkdirSync(join(path, "d/".repeat(40)), { recursive: true });
    writeFileSync(join(path, "d/".repeat(40), "file"), "deep");
    const hadMarker: boolean[] = [];
    const onFileDeleted = () => void hadMarker.push(existsSync(join(path, "metadata.json")));
    expect(deleteAt(path, { ...OPTIONS, onFileDeleted }).error).toBeNull();
    expect(hadMarker).toEqual([true, true, true, false]);
  });

  it("takes a directory of many names as they are read", { timeout: 30_000 }, () => {
    const { root, path } = makeTree();
    for (let index = 0; index < 3_000; index += 1) writeFileSync(join(path, `file-${index}`), "");
    expect(deleteAt(path, OPTIONS).error).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });

  it("does not begin when another directory has the name", () => {
    const { path } = makeTree();
    const before = describeTree(path);
    expect(deleteAt(path, { ...OPTIONS, ino: "1" }).error).toMatchObject({ code: "ESTALE" });
    expect(describeTree(path)).toEqual(before);
    expect(deleteAt(path, { ...OPTIONS, ino: String(statSync(path).ino) }).error).toBeNull();
  });

  it("deletes a directory that becomes a file, and a file that becomes a directory, under its hands", () => {
    const { root, path } = makeTree();
    mkdirSync(join(path, "one"));
    writeFileSync(join(path, "two"), "");
    let isFirst = true;
    const onFileDeleted = () => {
      if (!isFirst) return;
      isFirst = false;
      for (const name of ["one", "two"]) rmSync(join(path, name), { recursive: true, force: true });
      writeFileSync(join(path, "one"), "");
      mkdirSync(join(path, "two"));
    };
    expect(deleteAt(path, { ...OPTIONS, onFileDeleted }).error).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });

  it.skipIf(!canMount())("stops at a mount inside, and touches nothing of what it shows", () => {
    const { root, path } = makeTree();
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "precious");
    mkdirSync(join(path, "a/mounted"), { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", join(path, "a/mounted")]);
    onTestFinished(() => void execFileSync("umount", [join(path, "a/mounted")]));
    writeFileSync(join(path, "a/mounted/file"), "precious");
    expect(deleteAt(path, OPTIONS).error).toMatchObject({ code: "EXDEV" });
    expect(readdirSync(join(path, "a/mounted"))).toEqual(["file"]);
    expect(readdirSync(path)).toContain("metadata.json");
  });

  // By path nothing tells it from a directory of the session: a run by path looks for mounts before it takes a session.
  const itByHandles = safety === "handles" ? it : undefined;
  itByHandles?.skipIf(!canMount())("stops at a bind mount of the same device inside", () => {
    const { root, path } = makeTree();
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "precious");
    mkdirSync(join(path, "a/mounted"), { recursive: true });
    execFileSync("mount", ["--bind", outside, join(path, "a/mounted")]);
    onTestFinished(() => void execFileSync("umount", [join(path, "a/mounted")]));
    expect(deleteAt(path, OPTIONS).error).toMatchObject({ code: "MOUNT_INSIDE" });
    expect(readdirSync(outside)).toEqual(["file"]);
    expect(readdirSync(path)).toContain("metadata.json");
  });

  it("refuses to begin at a link", () => {
    const { root, path } = makeTree();
    symlinkSync(path, join(root, "link"));
    const before = describeTree(path);
    expect(deleteAt(join(root, "link"), OPTIONS).error).toMatchObject({
      code: expect.stringMatching(/ELOOP|ENOTDIR/),
    });
    expect(describeTree(path)).toEqual(before);
  });
});

// Deeper than any one path can name: one step at a time.
function makeDeep(path: string, depth: number): void {
  let directory = openDirectory(path, { safety: "handles" });
  for (let level = 0; level < depth; level += 1) {
    mkdirSync(directory.child("twenty-characters-dir"));
    const below = directory.openDirectory("twenty-characters-dir");
    directory.close();
    directory = below;
  }
  writeFileSync(directory.child("file"), "deep");
  directory.close();
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

function makeTree(): { root: string; path: string } {
  const root = makeRoot();
  return { root, path: join(root, makeSession(root, "a", 1)) };
}
