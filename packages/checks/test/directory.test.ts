import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directory } from "../src/directory.js";
import { runAsOrdinaryUser } from "./run-alone.ts";

const signal = new AbortController().signal;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "caretaker-directory-"));
  chmodSync(root, 0o755);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("directory", () => {
  it("passes for our own, writable one, and changes nothing in it", async () => {
    const before = statSync(root).mtimeMs;
    expect(await directory(root).run({ signal })).toMatchObject({ status: "pass", code: "ok" });
    expect(statSync(root).mtimeMs).toBe(before);
  });

  it.each(["missing", "file", "link", "link/"])("says not_found for a %s", async (name) => {
    writeFileSync(join(root, "file"), "");
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    expect(await directory(`${root}/${name}`).run({ signal })).toMatchObject({ status: "fail", code: "not_found" });
  });

  it("says permission where it cannot be written, and does not mind when that was not asked", async () => {
    const path = join(root, "read-only");
    mkdirSync(path);
    chmodSync(path, 0o555);
    const rights = { ownedByUs: false };
    expect(await runAsOrdinaryUser("directory", path, rights)).toEqual({ status: "fail", code: "permission" });
    expect(await runAsOrdinaryUser("directory", path, { ...rights, writable: false })).toMatchObject({
      status: "pass",
    });
  });

  it("says permission for somebody else's", async () => {
    expect(await runAsOrdinaryUser("directory", "/", { writable: false })).toEqual({
      status: "fail",
      code: "permission",
    });
    expect(await runAsOrdinaryUser("directory", "/", { writable: false, ownedByUs: false })).toMatchObject({
      status: "pass",
    });
  });
});
