import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeRoot, trashOf } from "../test-support.test.fixture.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import { ROOT_MARKER_NAME, readRootMarker, writeRootMarker } from "./root-marker.js";

const ID = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("a root's marker", () => {
  it("is missing at first, and then gives back the id that was written", async () => {
    const root = makeRoot();
    expect(readRootMarker(root)).toEqual({ status: "missing" });
    const rootId = await writeRootMarker(root);
    expect(readRootMarker(root)).toEqual({ status: "ours", rootId });
    expect(JSON.parse(readFileSync(join(root, ROOT_MARKER_NAME), "utf8"))).toEqual({ schema: 1, rootId });
  });

  it("is another with each writing, and leaves nothing beside it", async () => {
    const root = makeRoot();
    expect(await writeRootMarker(root)).not.toBe(await writeRootMarker(root));
    expect(readdirSync(root).sort()).toEqual([ROOT_MARKER_NAME, TRASH_NAME]);
    expect(trashOf(root)).toEqual([]);
  });

  it.each([
    ["text that is no JSON", "{"],
    ["another schema", JSON.stringify({ schema: 2, rootId: ID })],
    ["no schema", JSON.stringify({ rootId: ID })],
    ["an id that is no UUID", JSON.stringify({ schema: 1, rootId: "../../etc" })],
    ["an id that goes on after a line break", JSON.stringify({ schema: 1, rootId: `${ID}\n` })],
    ["an id that is no text", JSON.stringify({ schema: 1, rootId: [ID] })],
    ["null", "null"],
    ["nothing", ""],
    ["a file of more than 4 KiB", JSON.stringify({ schema: 1, rootId: ID }).padEnd(4_097)],
    [
      "bytes that are not UTF-8",
      Buffer.concat([Buffer.from(`{"schema":1,"rootId":"${ID}","x":"`), Buffer.from([0xe9, 0x22, 0x7d])]),
    ],
  ])("is another's with %s in it", (_, content) => {
    const root = makeRoot();
    writeFileSync(join(root, ROOT_MARKER_NAME), content);
    expect(readRootMarker(root)).toEqual({ status: "another" });
  });

  it("may have 4 KiB and more fields", () => {
    const root = makeRoot();
    writeFileSync(join(root, ROOT_MARKER_NAME), JSON.stringify({ schema: 1, rootId: ID, note: "x" }).padEnd(4_096));
    expect(readRootMarker(root)).toEqual({ status: "ours", rootId: ID });
  });

  it.each([
    ["a FIFO, without waiting for it", (path: string) => execFileSync("mkfifo", [path])],
    ["a directory", (path: string) => mkdirSync(path)],
    [
      "a link, even to a good one",
      (path: string) => {
        writeFileSync(`${path}.good`, JSON.stringify({ schema: 1, rootId: ID }));
        symlinkSync(`${path}.good`, path);
      },
    ],
    ["a link to nowhere", (path: string) => symlinkSync(`${path}.nowhere`, path)],
  ])("is another's where it is %s", (_, make) => {
    const root = makeRoot();
    make(join(root, ROOT_MARKER_NAME));
    expect(readRootMarker(root)).toEqual({ status: "another" });
  });

  it("takes the place of a link, never of what the link points to", async () => {
    const root = makeRoot();
    writeFileSync(join(root, "precious"), "untouched");
    symlinkSync("precious", join(root, ROOT_MARKER_NAME));
    const rootId = await writeRootMarker(root);
    expect(readFileSync(join(root, "precious"), "utf8")).toBe("untouched");
    expect(readRootMarker(root)).toEqual({ status: "ours", rootId });
  });

  it("takes no directory's place, and leaves nothing behind", async () => {
    const root = makeRoot();
    mkdirSync(join(root, ROOT_MARKER_NAME));
    await expect(writeRootMarker(root)).rejects.toThrow("EISDIR");
    expect(trashOf(root)).toEqual([]);
    expect(readRootMarker(root)).toEqual({ status: "another" });
  });
});
