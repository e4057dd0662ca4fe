import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { publishedWorkspaces } from "../check/pack-packages.mjs";
import { ROOT } from "./pages.ts";
import { writeApi } from "./write-api.mjs";

it("the API reference is generated from the docstrings without a warning, and has every package", {
  // A program for the compiler each, beside whatever else runs.
  timeout: 240_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-api-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  expect(await writeApi(directory)).toEqual([]);
  const published = publishedWorkspaces(ROOT).filter(({ dir }) => dir.startsWith("packages/"));
  const missing = published
    .map(({ manifest }) => manifest.name)
    .filter((name) => !existsSync(join(directory, `${name}.md`)) && !existsSync(join(directory, name, "README.md")));
  expect(missing).toEqual([]);
  expect(readFileSync(join(directory, "@caretaker/express.md"), "utf8")).toContain("answered from memory");
});
