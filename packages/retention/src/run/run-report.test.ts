import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT_MARKER_NAME } from "../root/root-marker.js";
import { makeRoot, makeSession, NOW_MS, namesIn } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { TRASH_NAME } from "../trash/trash-name.js";
import type { RunProgress } from "./run-progress.js";
import { makeSessions, runOn } from "./run-support.test.fixture.js";

describe("the report of a run", () => {
  it("takes a session that changed after the plan for skipped, not for failed", async () => {
    const root = makeRoot();
    const ids = makeSessions(root, 4);
    const memory = createMemoryJournal();
    // The plan stands by then, and nothing has been claimed yet.
    const hold = async (...decided: Parameters<typeof memory.recordDecisions>) => {
      writeFileSync(join(root, String(ids[1]), ".hold"), "");
      return memory.recordDecisions(...decided);
    };
    const report = await runOn(root, { journal: { ...memory, recordDecisions: hold } });
    expect(report).toMatchObject({
      outcome: "done",
      deletedCount: 2,
      failed: [],
      failedCount: 0,
      skipped: [{ id: ids[1], code: "held" }],
      skippedCount: 1,
    });
    expect(memory.facts({ name: "recordings", root })).toMatchObject({ failures: new Map() });
  });

  it("counts every entry of the root once, what is our own among them", async () => {
    const root = makeRoot();
    makeSessions(root, 3);
    makeSession(root, "held", 9, { files: { ".hold": "" } });
    mkdirSync(join(root, "other"));
    writeFileSync(join(root, "file"), "");
    await runOn(root);
    expect(namesIn(root)).toHaveLength(4);
    const { listed, owned, active, held, unread, unknown } = await runOn(root);
    const unknownCount = Object.values(unknown).reduce((sum, count) => sum + count, 0);
    expect({ listed, sessions: owned + active + held + unread, unknownCount }).toEqual({
      listed: 6,
      sessions: 2,
      unknownCount: 2,
    });
    expect([TRASH_NAME, ROOT_MARKER_NAME]).toHaveLength(listed - 4);
  });

  it("has the clock it was judged by, how files were reached, and the disk at the end", async () => {
    const root = makeRoot();
    const clock = { bootId: "boot", upMs: 5 };
    const report = await runOn(root, { readClock: () => clock, safety: "path" });
    expect(report).toMatchObject({ clock, safety: "path", disk: { freeBytes: expect.any(Number) } });
    expect((await runOn(join(root, "gone"))).disk).toBeNull();
  });

  it("is refused by path in a root that others may write to, before anything is touched", async () => {
    const root = makeRoot();
    chmodSync(root, 0o777);
    expect(await runOn(root, { safety: "path" })).toMatchObject({
      outcome: "refused",
      error: { code: "ERR_ROOT_REFUSED" },
      planId: null,
    });
    expect(namesIn(root)).toEqual([]);
  });
});

describe("the progress of a run", () => {
  it("goes from scanning to deleting, and counts up to all candidates", async () => {
    const root = makeRoot();
    makeSessions(root, 4);
    const told: RunProgress[] = [];
    await runOn(root, { onProgress: (progress) => told.push(progress) });
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["scanning", "deleting"]);
    expect(told.at(-1)).toMatchObject({ phase: "deleting", done: 3, total: 3, failed: 0 });
    const done = told.filter(({ phase }) => phase === "deleting").map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });
});

describe("the line at a run's end", () => {
  it("has guards only when they refuse, and says when a first run only reported", async () => {
    const root = makeRoot();
    makeSessions(root, 12);
    const refused = await lastLine(root, {});
    expect(refused).toMatchObject({ level: "warn", fields: { guards: [{ guard: "too_many" }], candidates: 11 } });
    const first = await lastLine(root, { firstRun: "report" });
    expect(first).toMatchObject({ level: "info", fields: { firstRunReport: true } });
    const harmless = await lastLine(root, { maxDeleteRatio: 1 });
    expect(harmless).toMatchObject({ level: "info", fields: { deleted: 11, skipped: 0, trashed: 0, purged: 0 } });
    for (const field of ["guards", "shortfalls", "backingOff", "firstRunReport"]) {
      expect(harmless?.fields).not.toHaveProperty(field);
    }
  });
});

async function lastLine(root: string, target: Parameters<typeof runOn>[2]) {
  const lines: { level: string; fields: object }[] = [];
  const at = (level: string) => (_: string, fields: object) => void lines.push({ level, fields });
  await runOn(root, { nowMs: () => NOW_MS, log: { info: at("info"), warn: at("warn"), error: at("error") } }, target);
  return lines.at(-1);
}
