import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDirectory } from "../directory/open-directory.js";
import { makeRoot, makeSession } from "../test-support.test.fixture.js";
import type { TreeRun } from "./tree-run.js";
import type { TreeTask } from "./tree-task.js";
import { createTreeWorkers } from "./tree-workers.js";

describe.each([0, 1, 3])("two runs asked for at once, on %d threads,", (threads) => {
  function setUp() {
    const root = makeRoot();
    const parent = openDirectory(root);
    const workers = createTreeWorkers({ threads });
    onTestFinished(async () => {
      await workers.close();
      parent.close();
    });
    const tasks = Array.from({ length: 40 }, (_, n) => toTask(root, makeSession(root, `a${n}`, 1)));
    const run = (from: number, to: number, options: Partial<TreeRun> = {}) =>
      workers.run(tasks.slice(from, to), { parent, ...options });
    return { root, run };
  }

  it("each hear of their own trees", async () => {
    const { root, run } = setUp();
    const heard = { first: [] as number[], second: [] as number[] };
    const hear = (list: number[]) => ({ onDone: (index: number) => void list.push(index) });
    const [first, second] = await Promise.all([run(0, 30, hear(heard.first)), run(30, 40, hear(heard.second))]);
    expect([...first, ...second].map((result) => result?.code)).toEqual(Array.from({ length: 40 }, () => null));
    expect(heard.first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    expect(heard.second.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => n));
    expect(readdirSync(root)).toEqual([]);
  });

  it("leave all of the second alone when it is over by what was told of the first", async () => {
    const { root, run } = setUp();
    let isOver = false;
    const onFileDeleted = () => {
      isOver = true;
    };
    const [first, second] = await Promise.all([
      run(0, 30, { onFileDeleted }),
      run(30, 40, { isOver: () => isOver, onFileDeleted }),
    ]);
    expect(first.every((result) => result?.code === null)).toBe(true);
    expect(second).toEqual(Array.from({ length: 10 }, () => null));
    expect(readdirSync(root)).toHaveLength(10);
  });
});

function toTask(root: string, name: string): TreeTask {
  const ino = String(lstatSync(join(root, name), { bigint: true }).ino);
  return { kind: "delete", name, ino, markerName: "metadata.json" };
}
