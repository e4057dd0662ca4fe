import { expect, it } from "vitest";
import { createWorkBoard } from "./work-board.js";

const db = { kind: "check", name: "db" } as const;

it("shows a job from its beginning to its end, also where it fails", async () => {
  let nowMs = 5;
  const board = createWorkBoard(() => nowMs);
  let reject = (_error: Error) => {};
  const promise = new Promise<void>((_resolve, fail) => {
    reject = fail;
  });
  const first = board.during(db, () => promise);
  nowMs = 6;
  await board.during({ kind: "cleanup", name: "recordings" }, async () => {
    expect(board.jobs()).toEqual([
      { ...db, startedAtMs: 5 },
      { kind: "cleanup", name: "recordings", startedAtMs: 6 },
    ]);
  });
  reject(new Error("crashed"));
  await expect(first).rejects.toThrow("crashed");
  expect(board.jobs()).toEqual([]);
});

it("shows the eight that have run longest", () => {
  const board = createWorkBoard(() => 0);
  for (let index = 0; index < 9; index += 1) {
    void board.during({ kind: "check", name: `check-${index}` }, () => new Promise(() => undefined));
  }
  expect(board.jobs().map(({ name }) => name)).toEqual(Array.from({ length: 8 }, (_, index) => `check-${index}`));
});
