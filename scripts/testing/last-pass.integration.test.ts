import { execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rootDir } from "../setup/root-dir.mjs";
import { keyOf, openLastPass } from "./last-pass.mjs";

let home: string;
let clone: string;

const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: clone, stdio: "pipe" });

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "caretaker-last-pass-"));
  clone = join(home, "clone");
  mkdirSync(clone);
  git("clone", "--quiet", "--shared", rootDir, ".");
  // As it is now, committed or not.
  copyFileSync(join(rootDir, "turbo.json"), join(clone, "turbo.json"));
  git(
    "-c",
    "user.name=t",
    "-c",
    "user.email=t",
    "commit",
    "--quiet",
    "--all",
    "--allow-empty",
    "--message",
    "as it is",
  );
  symlinkSync(join(rootDir, "node_modules"), join(clone, "node_modules"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("what a run of the tests is of", () => {
  it("is the same for the same files, and another for any that was changed, added or removed", {
    timeout: 60_000,
  }, async () => {
    const before = await keyOf(clone);
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    for (const change of [
      () => appendFileSync(join(clone, "packages", "health", "src", "index.ts"), "\n"),
      () => appendFileSync(join(clone, "docs", "faults.md"), "\n"),
      () => rmSync(join(clone, "scripts", "testing", "wait-for.ts")),
      () => appendFileSync(join(clone, "package-lock.json"), "\n"),
      () => writeFileSync(join(clone, "apps", "api", "test", "new.test.ts"), ""),
    ]) {
      change();
      expect(await keyOf(clone)).not.toBe(before);
      git("checkout", "--quiet", ".");
      git("clean", "--quiet", "--force", "apps");
    }
    expect(await keyOf(clone)).toBe(before);
  });

  it("is another where a command or a variable is", async () => {
    const bin = join(home, "bin");
    mkdirSync(bin);
    const env = { ...process.env, PATH: [bin, process.env["PATH"]].join(delimiter) };
    const before = await keyOf(clone, env);
    expect(await keyOf(clone, { ...env, CARETAKER_TEST_REDIS_URL: "redis://elsewhere" })).not.toBe(before);
    writeFileSync(join(bin, "haproxy"), "");
    expect(await keyOf(clone, env)).not.toBe(before);
  });

  it("cannot be told without what tells it", async () => {
    const bare = join(home, "bare");
    mkdirSync(bare);
    expect(await keyOf(bare)).toBeUndefined();
  });
});

it("is forgotten with what is installed, and when it cannot be read", () => {
  const root = join(home, "installed");
  mkdirSync(join(root, "node_modules"), { recursive: true });
  const lastPass = openLastPass(root);
  expect(lastPass.read()).toBeUndefined();
  const pass = { key: "a", at: "2026-01-01T00:00:00.000Z", summary: { passed: 2, failed: 0, skipped: [] } };
  lastPass.write(pass);
  expect(openLastPass(root).read()).toEqual(pass);
  writeFileSync(join(root, "node_modules", ".cache", "caretaker", "last-pass.json"), "{");
  expect(lastPass.read()).toBeUndefined();
  lastPass.write(pass);
  lastPass.forget();
  expect(lastPass.read()).toBeUndefined();
});
