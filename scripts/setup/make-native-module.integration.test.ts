import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loads, makeNativeModule } from "./make-native-module.mjs";
import { rootDir } from "./root-dir.mjs";

const cacheHome = process.env["XDG_CACHE_HOME"];
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-native-"));
  process.env["XDG_CACHE_HOME"] = join(home, "cache");
});
afterEach(() => {
  if (cacheHome === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = cacheHome;
  rmSync(home, { recursive: true, force: true });
});

/** A clone whose better-sqlite3 has no binary; making one copies the built one, as a download or a compile would. */
function clone(name: string) {
  const root = join(home, name);
  const modules = join(root, "node_modules");
  const original = join(rootDir, "node_modules");
  mkdirSync(join(modules, "better-sqlite3"), { recursive: true });
  for (const part of ["lib", "package.json"]) {
    cpSync(join(original, "better-sqlite3", part), join(modules, "better-sqlite3", part), { recursive: true });
  }
  for (const dependency of ["bindings", "file-uri-to-path"])
    symlinkSync(join(original, dependency), join(modules, dependency));
  mkdirSync(join(modules, "prebuild-install"));
  const binary = join(original, "better-sqlite3", "build", "Release", "better_sqlite3.node");
  writeFileSync(
    join(modules, "prebuild-install", "bin.js"),
    `const fs = require("fs"); fs.mkdirSync("build/Release", { recursive: true });
     fs.copyFileSync(${JSON.stringify(binary)}, "build/Release/better_sqlite3.node");`,
  );
  return { root, module: join(modules, "better-sqlite3") };
}

async function make(root: string) {
  const said: string[] = [];
  await makeNativeModule({ root, say: (line) => void said.push(line) });
  return said;
}

function cached() {
  return readdirSync(join(home, "cache", "caretaker"));
}

describe("the native module", () => {
  it("is made once, then restored into the next clone, and says nothing where it loads", async () => {
    const first = clone("first");
    expect(await make(first.root)).toEqual(["better-sqlite3: downloaded its prebuilt binary"]);
    expect(await make(first.root)).toEqual([]);
    expect(cached()).toEqual([
      expect.stringMatching(/^better-sqlite3-12\.11\.\d+-abi\d+-\w+-\w+(-glibc|-musl)?\.node$/),
    ]);
    const second = clone("second");
    expect(await make(second.root)).toEqual(["better-sqlite3: restored from the cache"]);
    expect(await loads(second.module)).toBe(true);
  });

  it("is made anew when the cached one does not load", async () => {
    const first = clone("first");
    await make(first.root);
    const [name = ""] = cached();
    writeFileSync(join(home, "cache", "caretaker", name), "half a file");
    const second = clone("second");
    expect(await make(second.root)).toEqual(["better-sqlite3: downloaded its prebuilt binary"]);
    expect(await make(clone("third").root)).toEqual(["better-sqlite3: restored from the cache"]);
  });

  it("is whole in every clone when several set up at once", async () => {
    const clones = ["a", "b", "c"].map(clone);
    await Promise.all(clones.map(({ root }) => make(root)));
    expect(await Promise.all(clones.map(({ module }) => loads(module)))).toEqual([true, true, true]);
    expect(cached()).toHaveLength(1);
  });

  it("works without a cache that can be written", async () => {
    writeFileSync(join(home, "cache"), "a file where the cache should be");
    const only = clone("only");
    const said = await make(only.root);
    expect(said.at(-1)).toMatch(/could not be kept in the cache/);
    expect(existsSync(join(only.module, "build", "Release", "better_sqlite3.node"))).toBe(true);
  });
});
