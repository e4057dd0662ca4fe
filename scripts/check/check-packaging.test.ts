import { expect, it } from "vitest";
import { packageProblems, rangeProblems } from "./check-packaging.mjs";

const exports = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./testing": "./dist/testing.js" };
const files = ["package.json", "README.md", "LICENSE", "dist/index.d.ts", "dist/index.js", "dist/testing.js"];

it("passes a package that publishes what it exports and nothing else", () => {
  expect(packageProblems({ name: "p", exports }, files)).toEqual([]);
});

it("finds a missing target, a test, a build record and open doors", () => {
  expect(packageProblems({ name: "p", exports }, ["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"])).toEqual(
    ["p: exports dist/testing.js, which is not published"],
  );
  expect(
    packageProblems({ name: "p", exports }, [...files, "dist/a.test.js", "test/b.js", "dist/.tsbuildinfo"]),
  ).toEqual([
    "p: publishes the test dist/a.test.js",
    "p: publishes the test test/b.js",
    "p: publishes dist/.tsbuildinfo",
  ]);
  expect(packageProblems({ name: "p" }, [])).toEqual([
    "p: has no exports, so every file of it can be imported",
    "p: publishes no README.md",
    "p: publishes no LICENSE",
  ]);
});

it("finds a dependency on any release, and one on a package that is not published", () => {
  const dependencies = { "@caretaker/health": "^0.1.0", "@caretaker/units": "*", "@caretaker/api": "^0.1.0", zod: "*" };
  expect(rangeProblems({ name: "p", dependencies }, new Set(["@caretaker/health", "@caretaker/units"]))).toEqual([
    'p: depends on any release of @caretaker/units ("*"); say which, such as "^0.1.0"',
    "p: depends on @caretaker/api, which is private",
  ]);
});
