import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeTree, makeRoot, makeSession } from "../test-support.test.fixture.js";
import { deleteTree } from "./delete-tree.js";

const OPTIONS = { markerName: "metadata.json" };

describe("deleteTree", () => {
  it("removes a tree of any kind of entry, and says how many bytes that freed", async () => {
    const { root, path } = makeTree();
    mkdirSync(join(path, "deep/er"), { recursive: true });
    writeFileSync(join(path, "deep/er/file"), "x".repeat(10_000));
    execFileSync("mkfifo", [join(path, "pipe")]);
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0x0a])]), "odd");
    const files = execFileSync("find", [path, "-type", "f", "-printf", "%b\n"]).toString().trim().split("\n");
    const bytesFreed = files.reduce((sum, blocks) => sum + Number(blocks) * 512, 0);
    expect(await deleteTree(path, OPTIONS)).toEqual({ bytesFreed, error: null });
    expect(readdirSync(root)).toEqual([]);
  });

  it("removes links themselves and touches nothing they lead to", async () => {
    const { root, path } = makeTree();
    const outside = join(root, "outside");
    mkdirSync(outside);
    writeFileSync(join(outside, "file"), "precious");
    symlinkSync(outside, join(path, "to-directory"));
    symlinkSync(join(outside, "file"), join(path, "to-file"));
    symlinkSync("..", join(path, "up"));
    const before = describeTree(outside);
    expect((await deleteTree(path, OPTIONS)).error).toBeNull();
    expect(describeTree(outside)).toEqual(before);
    expect(readdirSync(root)).toEqual(["outside"]);
  });

  it("frees nothing for a file that has another link, and leaves that link alone", async () => {
    const { root, path } = makeTree();
    writeFileSync(join(root, "shared"), "x".repeat(1_000_000));
    linkSync(join(root, "shared"), join(path, "link"));
    const { bytesFreed } = await deleteTree(path, OPTIONS);
    expect(bytesFreed).toBeLessThan(1_000_000);
    expect(statSync(join(root, "shared"))).toMatchObject({ size: 1_000_000, nlink: 1 });
  });

  it("frees a file once that has both its links in the tree", async () => {
    const { path } = makeTree();
    writeFileSync(join(path, "one"), "x".repeat(1_000_000));
    linkSync(join(path, "one"), join(path, "two"));
    const { bytesFreed } = await deleteTree(path, OPTIONS);
    expect(bytesFreed).toBeGreaterThanOrEqual(1_000_000);
    expect(bytesFreed).toBeLessThan(2_000_000);
  });

  it("removes the marker last of all files, though it is not the last by name", async () => {
    const { path } = makeTree();
    mkdirSync(join(path, "zzz"));
    writeFileSync(join(path, "zzz/metadata.json"), "another");
    const hadMarker: boolean[] = [];
    const onFileDeleted = () => void hadMarker.push(existsSync(join(path, "metadata.json")));
    await deleteTree(path, { ...OPTIONS, onFileDeleted });
    expect(hadMarker).toEqual([true, true, true, false]);
  });

  it("takes files that appear while it works", async () => {
    const { root, path } = makeTree();
    let isFirst = true;
    const onFileDeleted = () => {
      if (isFirst) writeFileSync(join(path, "late"), "late");
      isFirst = false;
    };
    expect((await deleteTree(path, { ...OPTIONS, onFileDeleted })).error).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });

  it("gives up on a directory that fills faster than it empties", async () => {
    const { path } = makeTree();
    let count = 0;
    const onFileDeleted = () => {
      count += 1;
      writeFileSync(join(path, `late-${count}`), "late");
    };
    expect((await deleteTree(path, { ...OPTIONS, onFileDeleted })).error).toMatchObject({ code: "ENOTEMPTY" });
  });

  it("is content when nothing is there", async () => {
    expect(await deleteTree(join(makeRoot(), "gone"), OPTIONS)).toEqual({ bytesFreed: 0, error: null });
  });

  it("refuses to begin at a link", async () => {
    const { root, path } = makeTree();
    symlinkSync(path, join(root, "link"));
    const before = describeTree(path);
    expect((await deleteTree(join(root, "link"), OPTIONS)).error).toMatchObject({
      code: expect.stringMatching(/ELOOP|ENOTDIR/),
    });
    expect(describeTree(path)).toEqual(before);
  });
});

function makeTree(): { root: string; path: string } {
  const root = makeRoot();
  return { root, path: join(root, makeSession(root, "a", 1)) };
}
