import { expect, it } from "vitest";
import { packageProblems } from "./check-packaging.mjs";

const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./testing": "./dist/testing.js" };
const files = ["package.json", "dist/index.d.ts", "dist/index.js", "dist/testing.js"];

it("passes a package that publishes what it exports and nothing else", () => {
  expect(packageProblems({ name: "p", exports }, files)).toEqual([]);
});

it("finds a missing target, a test, a build record and open doors", () => {
  expect(packageProblems({ name: "p", exports }, ["dist/index.js", "dist/index.d.ts"])).toEqual([
    "p: exports dist/testing.js, which is not published",
  ]);
  expect(
    packageProblems({ name: "p", exports }, [...files, "dist/a.test.js", "test/b.js", "dist/.tsbuildinfo"]),
  ).toEqual([
    "p: publishes the test dist/a.test.js",
    "p: publishes the test test/b.js",
    "p: publishes dist/.tsbuildinfo",
  ]);
  expect(packageProblems({ name: "p" }, [])).toEqual(["p: has no exports, so every file of it can be imported"]);
});
