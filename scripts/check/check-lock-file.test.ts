import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rootDir } from "../setup/root-dir.mjs";
import { lockProblems } from "./check-lock-file.mjs";

const lock = JSON.parse(readFileSync(join(rootDir, "package-lock.json"), "utf8")).packages;
const entry = { version: "1.0.0", integrity: "sha512-x" };

describe("the lock file", () => {
  it("is complete", () => {
    expect(lockProblems(lock)).toEqual([]);
  });

  it("goes red when the binary of another platform is lost", () => {
    const { "node_modules/@turbo/windows-64": lost, ...rest } = lock;
    expect(lost).toBeDefined();
    expect(lockProblems(rest)).toEqual([
      "node_modules/turbo: its optional dependency @turbo/windows-64 has no entry, so `npm ci` fails where it is needed",
    ]);
  });

  it("finds an optional dependency where Node would: nested, beside, or hoisted", () => {
    const tool = { ...entry, optionalDependencies: { bin: "1" } };
    for (const place of [
      "node_modules/a/node_modules/tool/node_modules/bin",
      "node_modules/a/node_modules/bin",
      "node_modules/bin",
    ]) {
      expect(lockProblems({ "node_modules/a/node_modules/tool": tool, [place]: entry })).toEqual([]);
    }
    expect(lockProblems({ "packages/x/node_modules/tool": tool, "packages/x/node_modules/bin": entry })).toEqual([]);
    expect(lockProblems({ "node_modules/tool": tool, "node_modules/b/node_modules/bin": entry })).toHaveLength(1);
  });

  it("goes red on an address of a registry and on a missing integrity, but not on a workspace's link", () => {
    expect(
      lockProblems({
        "node_modules/a": { ...entry, resolved: "https://registry.example/a.tgz" },
        "node_modules/b": { version: "1.0.0" },
        "node_modules/c": { resolved: "packages/c", link: true },
        "packages/c": { version: "1.0.0" },
      }),
    ).toEqual([
      "node_modules/a: has a resolved address, https://registry.example/a.tgz",
      "node_modules/b: has no integrity",
    ]);
  });
});
