import type { State, StoredState, TransitionEntry } from "@caretaker/health";
import { describe, expect, it } from "vitest";
import type { Series } from "./notice.js";
import { type NoticeRules, planNotices } from "./plan-notices.js";

const WINDOW_MS = 300_000;
const RULES: NoticeRules = { windowMs: WINDOW_MS, isCritical: (check) => check !== "cache", onlyCritical: false };

function change(
  atMs: number,
  from: State,
  to: StoredState,
  { check = "db", host = null }: { check?: string; host?: string | null } = {},
): TransitionEntry {
  const code = to === "up" ? "ok" : to === "down" ? "refused" : "threshold";
  return { id: `${atMs}-0`, check, host, from, to, code, runId: "run", atMs, cause: null };
}

function plan(transitions: readonly TransitionEntry[], nowMs: number, rules: Partial<NoticeRules> = {}) {
  return planNotices({ series: [], transitions, nowMs }, { ...RULES, ...rules });
}

/** What is told when each change is looked at by itself, and at these moments too. */
function told(transitions: readonly TransitionEntry[], looksMs: readonly number[]): string[] {
  let series: readonly Series[] = [];
  const moments = [...transitions.map(({ atMs }) => atMs), ...looksMs].sort((a, b) => a - b);
  return [...new Set(moments)].flatMap((nowMs) => {
    const now = planNotices({ series, transitions: transitions.filter(({ atMs }) => atMs === nowMs), nowMs }, RULES);
    series = now.series;
    return now.notices.map(({ kind, state, changes }) => `${nowMs} ${kind} ${state} ${changes}`);
  });
}

describe("planNotices", () => {
  it.each<[from: State, to: StoredState, kind: string | null]>([
    ["unknown", "up", null],
    ["unknown", "down", "down"],
    ["unknown", "degraded", "degraded"],
    ["up", "down", "down"],
    ["up", "degraded", "degraded"],
    ["degraded", "down", "down"],
    ["down", "degraded", "degraded"],
    ["down", "up", "recovered"],
    ["degraded", "up", "recovered"],
  ])("from %s to %s tells %s", (from, to, kind) => {
    expect(plan([change(1_000, from, to)], 1_000).notices.map((notice) => notice.kind)).toEqual(
      kind === null ? [] : [kind],
    );
  });

  it("tells a failure and its recovery at once, and how long it lasted", () => {
    const { notices } = plan([change(1_000, "up", "down"), change(61_000, "down", "up")], 61_000);
    expect(notices).toEqual([
      {
        id: "1000-0",
        kind: "down",
        check: "db",
        host: null,
        from: "up",
        state: "down",
        code: "refused",
        critical: true,
        sinceMs: 1_000,
        troubledForMs: null,
        changes: 1,
      },
      expect.objectContaining({
        id: "61000-0",
        kind: "recovered",
        from: "down",
        sinceMs: 61_000,
        troubledForMs: 60_000,
      }),
    ]);
  });

  it("counts trouble from its beginning, not from its last step", () => {
    const changes = [change(0, "up", "degraded"), change(400_000, "degraded", "down"), change(900_000, "down", "up")];
    expect(plan(changes, 900_000).notices.at(-1)).toMatchObject({ kind: "recovered", troubledForMs: 900_000 });
  });

  it("is quiet after two notices, and sums up the rest at the window's end, to the millisecond", () => {
    const flapping = [
      change(0, "up", "down"),
      change(1_000, "down", "up"),
      change(2_000, "up", "down"),
      change(3_000, "down", "up"),
      change(4_000, "up", "down"),
    ];
    expect(told(flapping, [WINDOW_MS - 1])).toEqual(["0 down down 1", "1000 recovered up 1"]);
    expect(told(flapping, [WINDOW_MS - 1, WINDOW_MS])).toEqual([
      "0 down down 1",
      "1000 recovered up 1",
      `${WINDOW_MS} flapping down 3`,
    ]);
  });

  it("tells a check that flaps for an hour two notices and then one a window", () => {
    const changes = Array.from({ length: 360 }, (_, index) =>
      change(index * 10_000, index % 2 === 0 ? "up" : "down", index % 2 === 0 ? "down" : "up"),
    );
    const all = told(changes, [3_600_000, 3_900_000, 4_200_000]);
    expect(all).toHaveLength(2 + 12);
    expect(all.at(-1)).toMatch(/flapping up/);
  });

  it("tells at once again when a check has been quiet for a window", () => {
    const changes = [change(0, "up", "down"), change(1_000, "down", "up"), change(WINDOW_MS + 1_000, "up", "down")];
    expect(told(changes, [])).toEqual(["0 down down 1", "1000 recovered up 1", `${WINDOW_MS + 1_000} down down 1`]);
  });

  it("tells a recovery however long the failure lasted, and when the store lost its data in between", () => {
    const long = [change(0, "up", "down"), change(100 * WINDOW_MS, "down", "up")];
    expect(told(long, [WINDOW_MS])).toEqual(["0 down down 1", `${100 * WINDOW_MS} recovered up 1`]);
    const lost = [change(0, "up", "down"), change(2 * WINDOW_MS, "unknown", "up")];
    expect(told(lost, [])).toEqual(["0 down down 1", `${2 * WINDOW_MS} recovered up 1`]);
  });

  it("tells nothing twice when the store lost its data and the check is as it was", () => {
    expect(told([change(0, "up", "down"), change(2 * WINDOW_MS, "unknown", "down")], [])).toEqual(["0 down down 1"]);
  });

  it("decides the same whether it looks at every change or at all together after having been away", () => {
    const changes = Array.from({ length: 50 }, (_, index) =>
      change(index * 37_000, index % 2 === 0 ? "up" : "down", index % 2 === 0 ? "down" : "up"),
    );
    const endMs = 60 * 37_000;
    let series: readonly Series[] = [];
    const stepwise = [...changes.map(({ atMs }) => atMs), endMs].flatMap((nowMs) => {
      const now = planNotices({ series, transitions: changes.filter(({ atMs }) => atMs === nowMs), nowMs }, RULES);
      series = now.series;
      return now.notices;
    });
    expect(plan(changes, endMs)).toEqual({ notices: stepwise, series });
  });

  it("holds each check and each machine back by itself", () => {
    const onHosts = ["a", "b"].map((host) => change(0, "up", "down", { host }));
    const { notices } = plan([...onHosts, change(0, "up", "down", { check: "cache" })], 0);
    expect(notices.map(({ check, host, critical }) => [check, host, critical])).toEqual([
      ["db", "a", true],
      ["db", "b", true],
      ["cache", null, false],
    ]);
  });

  it("tells of critical checks only where that is asked", () => {
    const changes = [change(0, "up", "down"), change(0, "up", "down", { check: "cache" })];
    const { notices, series } = plan(changes, 0, { onlyCritical: true });
    expect(notices.map(({ check }) => check)).toEqual(["db"]);
    expect(series).toHaveLength(1);
  });

  it("remembers no check that is well, and none that nobody has heard of for a week", () => {
    const weekMs = 7 * 24 * 3_600_000;
    expect(plan([change(0, "up", "down"), change(1, "down", "up")], WINDOW_MS).series).toEqual([]);
    expect(plan([change(0, "up", "down")], weekMs).series).toHaveLength(1);
    expect(plan([change(0, "up", "down")], weekMs + 1).series).toEqual([]);
  });
});
