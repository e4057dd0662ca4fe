import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installPackages } from "./install-packages.mjs";

const packages = {
  "": {},
  "packages/own": { version: "1.0.0" },
  "node_modules/own": { resolved: "packages/own", link: true },
  "node_modules/needed": { version: "1.2.3" },
  "node_modules/other-platform": { version: "1.0.0", optional: true },
};
let root: string;
let calls: string;
const said: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "caretaker-install-"));
  calls = join(root, "calls");
  said.length = 0;
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
  // Stands in for npm: notes how it was called and does what an install leaves behind.
  const npm = join(root, "npm-cli.js");
  writeFileSync(
    npm,
    `const fs = require("fs"); fs.appendFileSync(${JSON.stringify(calls)}, process.argv.slice(2).join(" ") + "\\n");
    if (fs.existsSync("refuse")) { console.error("npm error code EUSAGE\\nnpm error the cause\\nnpm error Usage:\\nnpm error npm ci"); process.exit(1); }
    fs.mkdirSync("node_modules", { recursive: true });`,
  );
  chmodSync(npm, 0o755);
  process.env["npm_execpath"] = npm;
});
afterEach(() => {
  delete process.env["npm_execpath"];
  rmSync(root, { recursive: true, force: true });
});

function install() {
  return installPackages({ root, say: (line) => void said.push(line) });
}

function callsOfNpm() {
  try {
    return readFileSync(calls, "utf8").trim().split("\n");
  } catch {
    return [];
  }
}

function installedByHand(change: object = {}) {
  const { "": _root, "packages/own": own, "node_modules/other-platform": _optional, ...rest } = packages;
  mkdirSync(join(root, "node_modules"));
  writeFileSync(
    join(root, "node_modules", ".package-lock.json"),
    JSON.stringify({ packages: { ...rest, "packages/own": own, ...change } }),
  );
}

describe("installing", () => {
  it("runs no package's script, once, and again only when the lock has changed", async () => {
    await install();
    expect(callsOfNpm()).toEqual(["ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=notice"]);
    expect(said[0]).toBe("install: npm ci, because nothing is installed yet; about a minute");
    said.length = 0;
    await install();
    expect(callsOfNpm()).toHaveLength(1);
    expect(said).toEqual([]);
    writeFileSync(
      join(root, "package-lock.json"),
      JSON.stringify({ packages: { ...packages, "node_modules/new": { version: "1.0.0" } } }),
    );
    await install();
    expect(callsOfNpm()).toHaveLength(2);
  });

  it("accepts what a developer has installed, without another platform's optional packages", async () => {
    installedByHand();
    await install();
    expect(callsOfNpm()).toEqual([]);
  });

  it.each([
    ["another version", { "node_modules/needed": { version: "1.2.4" } }],
    ["a package too many", { "node_modules/extra": { version: "1.0.0" } }],
    ["a package too few", { "node_modules/needed": undefined }],
  ])("does not accept %s", async (_name, change) => {
    installedByHand(change);
    await install();
    expect(callsOfNpm()).toHaveLength(1);
  });

  it("shows npm's cause without its usage, and tries again the next time", async () => {
    writeFileSync(join(root, "refuse"), "");
    await expect(install()).rejects.toThrow(/^npm ci failed with 1:\nnpm error code EUSAGE\nnpm error the cause$/);
    rmSync(join(root, "refuse"));
    await install();
    expect(callsOfNpm()).toHaveLength(2);
  });
});
