import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Packed, withPackedPackages } from "../check/pack-packages.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { createForeignProject, type ForeignProject } from "./foreign-project.ts";
import { NODE_RELEASES, nodeExecutable } from "./node-releases.ts";

const EVERYTHING = [
  "express",
  "worker",
  "checks",
  "retention",
  "health",
  "redis-store",
  "sqlite-store",
  "status",
  "cli",
];
const projects: ForeignProject[] = [];

let express5: ForeignProject;
let express4: ForeignProject;
let everything: ForeignProject;

beforeAll(async () => {
  await withPackedPackages(rootDir, async (packed: readonly Packed[]) => {
    const install = async (ours: readonly string[], others: readonly string[]) => {
      const project = await createForeignProject(packed, { ours: ours.map((name) => `@caretaker/${name}`), others });
      projects.push(project);
      return project;
    };
    express5 = await install(["express"], ["express@5"]);
    express4 = await install(["express"], ["express@4"]);
    everything = await install(EVERYTHING, ["bullmq@6.7.0", "ioredis@6.0.0", "better-sqlite3@12.11.1"]);
  });
}, 240_000);

afterAll(() => {
  for (const project of projects) project.remove();
});

it("the middleware alone brings two more packages of ours and nothing besides Express", () => {
  expect(express5.installed.filter((name) => name.startsWith("@caretaker/"))).toEqual([
    "@caretaker/express",
    "@caretaker/health",
    "@caretaker/units",
  ]);
  for (const heavy of ["bullmq", "ioredis", "better-sqlite3", "winston", "zod"]) {
    expect(express5.installed).not.toContain(heavy);
  }
});

describe.each(NODE_RELEASES)("on Node $major", (release) => {
  let node: string;
  beforeAll(async () => {
    node = await nodeExecutable(release);
  }, 120_000);

  it.each([
    ["5", () => express5],
    ["4", () => express4],
  ])("the middleware answers probes in an Express %s app", async (_major, project) => {
    const { code, output } = await project().runFixture(node, "answer-probe.mjs");
    expect(output).toContain('/health 200 {"status":"pass","state":"ready"}');
    expect(output).toMatch(/^\/health\/ready 200 /m);
    expect(output).toMatch(/^\/mounted\/health\/ready 200 /m);
    expect(code).toBe(0);
  });

  // The native module was made for one release; its own users compile it for theirs.
  it("worker, reader, checks and, where the native module fits, cleanup work together", async () => {
    const isOurs = release.version === null;
    const { code, output } = await everything.runFixture(node, "run-everything.mjs", {
      REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "",
      WITHOUT_DATABASE: isOurs ? "" : "1",
    });
    expect(output.trim().split("\n")).toEqual(isOurs ? ["checked", "cleaned up"] : ["checked"]);
    expect(code).toBe(0);
  });

  it("the command tells its version", async () => {
    expect(await everything.runCommand(node, "@caretaker/cli", ["--version"])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});
