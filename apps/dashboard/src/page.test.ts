import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dashboardDir } from "./dashboard-dir.js";
import { banners } from "./public/banners.js";
import { checkRows } from "./public/check-rows.js";
import { createClock } from "./public/create-clock.js";
import { formatBytes } from "./public/format-bytes.js";
import { formatDuration } from "./public/format-duration.js";
import { headline } from "./public/headline.js";
import type { CheckStatus, CleanupReport, StatusDocument, WorkerStatus } from "./public/status.js";
import { targetViews } from "./public/target-views.js";
import { workerRows } from "./public/worker-rows.js";

// Tests stand above the folder they test, because everything in that one is served.
const NOW_MS = 1_000_000_000_000;

function check(name: string, changes: Partial<CheckStatus> = {}): CheckStatus {
  return {
    name,
    scope: "fleet",
    host: null,
    critical: false,
    state: "up",
    freshness: "fresh",
    code: "ok",
    contribution: "pass",
    counted: true,
    ageMs: 0,
    atMs: NOW_MS,
    sinceMs: NOW_MS - 65_000,
    durationMs: 3,
    pending: null,
    measures: {},
    everyMs: 30_000,
    timeoutMs: 5_000,
    lateAfterMs: 40_000,
    staleAfterMs: 70_000,
    ...changes,
  };
}

const WORKER: WorkerStatus = {
  id: "w1",
  host: "a",
  pid: 7,
  version: "1",
  startedAtMs: NOW_MS - 3_600_000,
  beatAtMs: NOW_MS,
  lastRunAtMs: null,
};

function document(changes: Partial<StatusDocument> = {}): StatusDocument {
  return {
    version: 1,
    nowMs: NOW_MS,
    verdict: "pass",
    lifecycle: "ready",
    storeReachable: true,
    checks: [check("db")],
    workers: [WORKER],
    retention: [],
    ...changes,
  };
}

describe("the headline", () => {
  it.each([
    [{}, "pass", "Ready"],
    [{ verdict: "warn" }, "warn", "Ready, with warnings"],
    [{ verdict: "fail" }, "fail", "Not ready"],
    [{ verdict: "fail", lifecycle: "starting" }, "fail", "Starting"],
    [{ verdict: "fail", lifecycle: "draining" }, "fail", "Stopping"],
  ] as const)("of %j is %s, %s", (changes, tone, word) => {
    expect(headline({ status: document(changes), trouble: null, nowMs: NOW_MS })).toMatchObject({ tone, word });
  });

  it("is unknown at once when the service does not answer, however good the last answer was", () => {
    expect(headline({ status: document(), trouble: "it cannot be reached", nowMs: NOW_MS }).tone).toBe("unknown");
    expect(headline({ status: null, trouble: null, nowMs: NOW_MS }).tone).toBe("unknown");
  });

  it("is no longer green once a counted check has aged past its own limit", () => {
    const status = document();
    expect(headline({ status, trouble: null, nowMs: NOW_MS + 70_000 }).tone).toBe("pass");
    expect(headline({ status, trouble: null, nowMs: NOW_MS + 70_001 }).tone).toBe("warn");
  });
});

describe("the rows of checks", () => {
  it("turn stale by their own time, to the millisecond", () => {
    expect(checkRows([check("db")], NOW_MS + 70_000)[0]?.state).toEqual({ tone: "pass", word: "up" });
    expect(checkRows([check("db")], NOW_MS + 70_001)[0]?.state).toEqual({ tone: "unknown", word: "stale, was up" });
  });

  it("say late before that", () => {
    expect(checkRows([check("db")], NOW_MS + 40_000)[0]?.remarks).toEqual([]);
    expect(checkRows([check("db")], NOW_MS + 40_001)[0]?.remarks).toEqual(["late"]);
  });

  it("stand worst first, critical before others, uncounted last", () => {
    const rows = checkRows(
      [
        check("up"),
        check("elsewhere", { state: "down", counted: false, scope: "host", host: "b" }),
        check("slow", { state: "degraded", code: "threshold" }),
        check("new", { state: "unknown", freshness: "none", atMs: null, sinceMs: null, durationMs: null }),
        check("down", { state: "down", code: "refused" }),
        check("worse", { state: "down", code: "refused", critical: true }),
      ],
      NOW_MS,
    );
    expect(rows.map(({ name }) => name)).toEqual(["worse", "down", "new", "slow", "up", "elsewhere"]);
    expect(rows[2]).toMatchObject({ state: { word: "awaiting first run" }, age: "–", since: "–", took: "–" });
  });

  it("tell since, code, measures and a change on its way", () => {
    const pending = { outcome: "pass", count: 1, of: 2 } as const;
    const measures = { free: { value: 3.456, unit: "%" }, jobs: { value: 2, unit: "" } };
    const [row] = checkRows([check("disk", { state: "down", code: "threshold", pending, measures })], NOW_MS);
    expect(row).toMatchObject({
      since: "1 min 5 s",
      remarks: ["threshold", "pass 1 of 2"],
      measures: "free 3.46 %, jobs 2",
    });
  });
});

describe("the banners", () => {
  it("are none while all is well", () => {
    expect(banners({ status: document(), trouble: null, nowMs: NOW_MS })).toEqual([]);
  });

  it.each([
    ["No answer from /status", { status: document(), trouble: "it cannot be reached", nowMs: NOW_MS }],
    ["The store cannot be reached", { status: document({ storeReachable: false }), trouble: null, nowMs: NOW_MS }],
    ["No worker is alive", { status: document({ workers: [] }), trouble: null, nowMs: NOW_MS }],
    ["No worker is alive", { status: document(), trouble: null, nowMs: NOW_MS + 15_001 }],
  ])("say: %s", (beginning, knowledge) => {
    expect(banners(knowledge).map((sentence) => sentence.slice(0, beginning.length))).toEqual([beginning]);
  });
});

it("a worker is silent after 15 seconds without a beat", () => {
  expect(workerRows([WORKER], NOW_MS + 15_000)[0]?.state.word).toBe("alive");
  expect(workerRows([WORKER], NOW_MS + 15_001)[0]?.state.word).toBe("silent");
});

describe("a cleanup target", () => {
  const report: CleanupReport = {
    target: "recordings",
    runId: "r1",
    planId: "p1",
    dryRun: true,
    reason: "schedule",
    partial: true,
    outcome: "partial",
    startedAtMs: NOW_MS - 60_000,
    finishedAtMs: NOW_MS - 59_000,
    listed: 10,
    owned: 5,
    active: 1,
    held: 0,
    unknown: { marker_missing: 3, marker_invalid: 1, other: 0 },
    candidates: 2,
    keptCount: 3,
    kept: [],
    deletedCount: 2,
    deleted: [],
    failed: [{ code: "permission" }, { code: "permission" }],
    failedCount: 21,
    bytesFreed: 1_610_612_736,
  };
  const view = (changes: Partial<CleanupReport> = {}) =>
    targetViews(
      [
        {
          target: "recordings",
          schedule: "1h",
          nextRunAtMs: NOW_MS - 5_000,
          running: { done: 1, of: 2 },
          reports: [
            { ...report, runId: "r0", startedAtMs: NOW_MS - 90_000 },
            { ...report, ...changes },
          ],
        },
      ],
      NOW_MS,
    )[0];

  it("tells what is going on and that a run is overdue", () => {
    expect(view()).toMatchObject({ schedule: "1h", next: "overdue by 5 s", running: "running, 1 of 2" });
  });

  it("shows its newest run first, with everything counted", () => {
    expect(view()?.reports.map(({ runId }) => runId)).toEqual(["r1", "r0"]);
    expect(view()?.reports[0]).toMatchObject({
      when: "1 min ago",
      outcome: { tone: "warn", word: "partial" },
      badges: ["dry run", "partial"],
      candidates: "2",
      kept: "3",
      deleted: "2",
      unknown: "4 (marker_missing 3, marker_invalid 1)",
      failed: "21 (permission)",
      freed: "1.5 GiB",
    });
  });

  it("never shows an outcome it does not know as a success", () => {
    expect(view({ outcome: "constructor" })?.reports[0]?.outcome.tone).toBe("unknown");
    expect(view({ outcome: "refused", error: { code: "ratio" } })?.reports[0]?.outcome).toEqual({
      tone: "fail",
      word: "refused: ratio",
    });
  });
});

it.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [125_000, "2 min 5 s"],
  [3_605_000, "1 h"],
  [90_000_000, "1 d 1 h"],
  [-5, "0 s"],
  [null, "–"],
])("%j ms is shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1.0 KiB"],
  [5 * 1024 ** 5, "5120 TiB"],
])("%i bytes are shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

describe("the page's clock", () => {
  it("goes on by whichever clock moved further, so that sleep makes nothing younger", () => {
    const time = { monotonic: 0, wall: 0 };
    const clock = createClock({ monotonicMs: () => time.monotonic, wallMs: () => time.wall });
    clock.set(NOW_MS);
    time.monotonic = 1_000;
    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
    time.wall = 60_000;
    expect(clock.nowMs()).toBe(NOW_MS + 60_000);
    time.wall = -60_000;
    expect(clock.nowMs()).toBe(NOW_MS + 1_000);
  });
});

describe("the files", () => {
  const html = readFileSync(new URL("../public/index.html", import.meta.url), "utf8");

  it("have no inline script or style, so that a strict policy allows them", () => {
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:|\/\/|data:)/);
  });

  it("are all where the package says, once built", () => {
    const named = [...html.matchAll(/(?:src|href)="([^"]+\.\w+)"/g)].map(([, file]) => file);
    expect(named.toSorted()).toEqual(["app.js", "icon.svg", "style.css"]);
    for (const file of ["index.html", ...named]) expect(existsSync(`${dashboardDir}/${file}`), file).toBe(true);
  });

  it("write no markup", () => {
    const scripts = ["element.js", "app.js", "sections.js", "table.js", "mark.js", "badges.js"];
    for (const file of scripts) {
      expect(readFileSync(`${dashboardDir}/${file}`, "utf8")).not.toMatch(
        /innerHTML|outerHTML|insertAdjacent|document\.write/,
      );
    }
  });
});
