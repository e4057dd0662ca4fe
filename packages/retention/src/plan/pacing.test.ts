import { describe, expect, it } from "vitest";
import type { OwnedEntry } from "../classified-entry.js";
import { packEntries } from "../entries/pack-entries.js";
import type { Policy } from "../policy.js";
import { atOnce, type Steps } from "../turns.js";
import { applyKeepRules } from "./apply-keep-rules.js";
import { applyMarks } from "./apply-marks.js";
import { listCandidates } from "./decision-list.js";
import { planIdSteps } from "./plan-id.js";
import { type Demand, Sheet } from "./sheet.js";
import { sortOut } from "./sort-out.js";

const SESSIONS = 20_000;
const NOW_MS = Date.UTC(2024, 5, 1);
const POLICY: Policy = {
  ...{ last: 1, withinMs: null, daily: null, weekly: null, monthly: null },
  ...{ maxBytes: null, minFree: null, minAgeMs: 1 },
};
const MARKS = { maxBytes: SESSIONS / 2, minFree: { warnBytes: 2, targetBytes: 2 } };
const NO_DEMAND = { full: false, *read() {}, *measure() {} } satisfies Demand;

describe("each step of a plan lets other work through now and then, and not after each session:", () => {
  it("the keep rules", () => {
    expectPauses(applyKeepRules(sheetOf()));
  });

  it("adding up the sizes", () => {
    // No more is kept than may be, and enough is free.
    const policy = { ...POLICY, maxBytes: SESSIONS * 2, minFree: { warnBytes: 0, targetBytes: 0 } };
    expectPauses(applyMarks(sheetOf({ policy })), { every: [250, 260] });
  });

  it("measuring all before anything goes by a mark, then taking by it", () => {
    const sheet = sheetOf({ policy: { ...POLICY, ...MARKS }, demand: NO_DEMAND });
    // Twice added up, once measured, and half of them taken by the first mark, which is enough for the second.
    expectPauses(applyMarks(sheet), { passes: 3.5, every: [250, 260] });
  });

  it("listing what goes", () => {
    const sheet = sheetOf();
    atOnce(applyKeepRules(sheet));
    expectPauses(listCandidates(sheet.entries, sheet.rules));
  });

  it("sorting out, also when a session was none", () => {
    const sheet = sheetOf();
    expectPauses(sortOut(sheet));
    sheet.entries.table.put(sheet.entries.rowAt(0), null);
    expectPauses(sortOut(sheet), { passes: 2, every: [4_000, 4_200] });
  });

  it("its id", () => {
    const candidates = sessions().map((entry) => ({ action: "delete", rule: "beyond_keep", entry }) as const);
    expectPauses(planIdSteps({ root: { path: "/srv", dev: "1", ino: "2" }, policy: POLICY, candidates }));
  });
});

interface Expected {
  /** Over all sessions. */
  readonly passes?: number;
  /** After how many sessions of a pass, at least and at most. */
  readonly every?: readonly [number, number];
}

function expectPauses(steps: Steps<unknown>, { passes = 1, every: [least, most] = [128, 8_192] }: Expected = {}): void {
  let pauses = 0;
  while (steps.next().done !== true) pauses += 1;
  expect(pauses).toBeGreaterThanOrEqual(Math.floor((passes * SESSIONS) / most));
  expect(pauses).toBeLessThanOrEqual(Math.ceil((passes * SESSIONS) / least));
}

function sheetOf({ policy = POLICY, demand = null }: { policy?: Policy; demand?: Demand | null } = {}): Sheet {
  return new Sheet(atOnce(packEntries(sessions())), { policy, facts: { nowMs: NOW_MS }, freeBytes: 1, demand });
}

function sessions(): OwnedEntry[] {
  return Array.from({ length: SESSIONS }, (_, n): OwnedEntry => {
    const stampMs = NOW_MS - (SESSIONS - n) * 1_000;
    const identity = { dev: "1", ino: String(n), markerDigest: "a".repeat(64) };
    return { kind: "owned", id: `s${n}`, sessionId: `s${n}`, stampMs, latestMs: stampMs, identity, bytes: 1 };
  });
}
