import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { rootDir } from "../setup/root-dir.mjs";
import { copySources } from "./check-boundaries.mjs";
import { runTool } from "./run-tool.mjs";

let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), "caretaker-boundaries-test-"));
  copySources(rootDir, copy);
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

async function problems() {
  const [output = ""] = await runTool(rootDir, "turbo", ["boundaries"], { cwd: copy });
  return output.replaceAll(/\s+/g, " ");
}

function addDependency(workspace: string, name: string) {
  const path = join(copy, workspace, "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, [name]: "*" } }));
}

it("lets no core depend on an adapter, declared or not", async () => {
  writeFileSync(join(copy, "packages/health/src/forbidden.ts"), 'import "@caretaker/redis-store";\n');
  expect(await problems()).toContain("cannot import package `@caretaker/redis-store` because it is not a | dependency");
  addDependency("packages/health", "@caretaker/redis-store");
  expect(await problems()).toMatch(/tag.*adapter|adapter.*tag/i);
});

it("lets no core import a library it does not declare", async () => {
  writeFileSync(join(copy, "packages/retention/src/forbidden.ts"), 'import "ioredis";\n');
  expect(await problems()).toContain("cannot import package `ioredis` because it is not a dependency");
});

it("lets no import leave its package", async () => {
  writeFileSync(join(copy, "packages/health/src/forbidden.ts"), 'import "../../units/src/index.ts";\n');
  expect(await problems()).toContain("leaves the package");
});
