import type { RunReport, TargetStatus } from "@caretaker/status";
import { describe, expect, it } from "vitest";
import { targetViews } from "./target-views.js";
import { NOW_MS } from "./testing.test.fixture.js";

const report: RunReport = {
  target: "recordings",
  runId: "r1",
  planId: "p".repeat(64),
  dryRun: false,
  reason: "schedule",
  partial: true,
  outcome: "partial",
  startedAtMs: NOW_MS - 60_000,
  finishedAtMs: NOW_MS - 59_500,
  held: 1,
  unknown: { marker_missing: 3, other: 0 },
  candidates: 4,
  keptCount: 3,
  deletedCount: 2,
  failed: [
    { id: "a", code: "permission" },
    { id: "b", code: "permission" },
  ],
  failedCount: 21,
  disk: { freeBytes: 1_073_741_824, totalBytes: 4_294_967_296 },
  bytesFreed: 1_610_612_736,
};

function view(changes: Partial<RunReport> = {}, target: Record<string, unknown> = {}) {
  const reports = [
    { ...report, runId: "r0", startedAtMs: NOW_MS - 90_000 },
    { ...report, ...changes },
  ];
  const given = { target: "recordings", schedule: "every 1h", nextRunAtMs: NOW_MS + 5_000, running: null, reports };
  return targetViews([{ ...given, ...target } as unknown as TargetStatus], NOW_MS)[0];
}

describe("a cleanup target", () => {
  it("tells the next run, and that one is overdue", () => {
    expect(view()?.next).toBe("in 5 s");
    expect(view({}, { nextRunAtMs: NOW_MS - 5_000 })?.next).toBe("overdue by 5 s");
    expect(view({}, { nextRunAtMs: null })?.next).toBe("not scheduled");
  });

  it("tells how far a run is", () => {
    const running = { runId: "r2", startedAtMs: NOW_MS - 4_000, done: 1, of: 2 };
    expect(view({}, { running })?.running).toMatchObject({ done: 1, of: 2, words: "Running for 4 s: 1 of 2 sessions" });
    const died = { ...running, updatedAtMs: NOW_MS - 16_000, dead: true };
    expect(view({}, { running: died })?.running?.words).toBe("Died 16 s ago: 1 of 2 sessions");
    expect(view({}, { running: { ...running, of: 0 } })?.running?.words).toContain("looking at what is there");
  });

  it("shows its newest run first, with everything counted", () => {
    expect(view()?.reports.map(({ runId }) => runId)).toEqual(["r1", "r0"]);
    expect(view()?.reports[0]).toMatchObject({
      outcome: { tone: "warn", word: "partial" },
      badges: ["partial"],
      candidates: "4",
      kept: "3",
      deleted: "2",
      skipped: "3 marker_missing, 1 held",
      failed: "21 (permission)",
      freed: "1.5 GiB",
      disk: "1.0 GiB (25 %)",
      took: "500 ms",
    });
  });

  it("never says that a dry run deleted anything", () => {
    expect(view({ dryRun: true, deletedCount: 4 })?.reports[0]).toMatchObject({
      deleted: "0 (would be 4)",
      badges: ["dry run", "partial"],
    });
  });

  it("never shows an outcome it does not know as a success", () => {
    expect(view({ outcome: "constructor" as never })?.reports[0]?.outcome.tone).toBe("unknown");
    expect(view({ outcome: "refused", error: { code: "GUARD", message: "" } })?.reports[0]?.outcome).toEqual({
      tone: "fail",
      word: "refused: guard",
    });
  });

  it("tells what to do about a run that guards refused, until a run that was not dry went on", () => {
    const guards = [{ guard: "too_many", why: "the plan deletes 11 of 11 sessions" }];
    const refused = { outcome: "refused", guards, candidates: 11 } as const;
    expect(view(refused)?.refusal).toEqual({
      runId: "r1",
      planId: "p".repeat(64),
      candidates: 11,
      guards: [{ ...guards[0], todo: expect.stringContaining("confirm the plan") }],
    });
    expect(view({ ...refused, dryRun: true })?.refusal).toBeNull();
    expect(view()?.refusal).toBeNull();
  });
});
