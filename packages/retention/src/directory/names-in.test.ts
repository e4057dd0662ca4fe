import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Safety } from "../safety.js";
import { makeRoot } from "../test-support.test.fixture.js";
import { canUseHandles } from "./can-use-handles.js";
import type { DirectoryHandle } from "./directory-handle.js";
import { namesIn } from "./names-in.js";
import { openDirectory } from "./open-directory.js";

const SAFETIES: readonly Safety[] = canUseHandles() ? ["handles", "path"] : ["path"];
const ODD = Buffer.from([0x61, 0xff, 0x0a]);

describe.each(SAFETIES)("names in a directory opened by %s", (safety) => {
  it("are text as long as all of them are", () => {
    const directory = open(makeRoot(), safety);
    writeFileSync(directory.child("ä"), "");
    mkdirSync(directory.child("b"));
    expect([...namesIn(directory)].sort()).toEqual(["b", "ä"]);
  });

  it("are bytes, none changed, when one of them is no text, or the way to them is none", () => {
    const directory = open(makeRoot(), safety);
    mkdirSync(directory.child(ODD));
    writeFileSync(directory.child("b"), "");
    expect([...namesIn(directory)]).toEqual(expect.arrayContaining([ODD, Buffer.from("b")]));
    const below = directory.openDirectory(ODD);
    onTestFinished(() => below.close());
    writeFileSync(below.child(Buffer.from("c")), "");
    expect([...namesIn(below)].map(String)).toEqual(["c"]);
  });

  it("are each told once when there are many, which are read as they are asked for", () => {
    const directory = open(makeRoot(), safety);
    const names = Array.from({ length: 4_000 }, (_, n) => `${n}-${"x".repeat(60)}`);
    for (const name of [...names, ODD]) writeFileSync(directory.child(name), "");
    expect(directory.stat().size).toBeGreaterThan(65_536n);
    const [first] = namesIn(directory);
    expect(first).toBeInstanceOf(Buffer);
    const read = [...namesIn(directory)].map((name) => Buffer.from(name).toString("latin1"));
    expect(read.sort()).toEqual([...names, ODD.toString("latin1")].sort());
  });
});

function open(root: string, safety: Safety): DirectoryHandle {
  const directory = openDirectory(root, { safety });
  onTestFinished(() => directory.close());
  return directory;
}
