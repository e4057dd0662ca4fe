import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, OwnedEntry } from "../classified-entry.js";
import { formatPlan } from "./format-plan.js";
import { planCleanup } from "./plan-cleanup.js";

const POLICY = {
  ...{ last: 1, withinMs: null, daily: null, weekly: null, monthly: null },
  ...{ maxBytes: null, minFree: null, minAgeMs: 3_600_000 },
};
const NOW_MS = Date.UTC(2024, 5, 1);

describe("formatPlan", () => {
  it("prints a line and a reason for each entry, then the totals", () => {
    const entries = [session("call_20240131_103000", 31), session("call_20240101_103000", 1), unknown("my_notes")];
    const plan = planCleanup(
      { root: { path: "/srv/recordings", dev: "1", ino: "2" }, entries, disk: { freeBytes: 0, totalBytes: 0 } },
      POLICY,
      { nowMs: NOW_MS },
    );
    expect(formatPlan(plan)).toBe(`plan ${plan.id}
root /srv/recordings

ACTION  RULE                   STARTED              NAME
delete  beyond_keep            2024-01-01 10:30:00  call_20240101_103000
keep    keep_last              2024-01-31 10:30:00  call_20240131_103000
keep    unknown:name_mismatch  -                    my_notes

3 entries: keep 2, delete 1
  delete beyond_keep 1
  keep keep_last 1
  keep unknown:name_mismatch 1
`);
  });

  it("lets no name forge a line or move the cursor", () => {
    const entries = [unknown("x\ndelete  beyond_keep"), unknown("\u001b[2Kgone"), unknown("\u202egnp.exe")];
    const text = formatPlan(
      planCleanup({ root: { path: "/", dev: "1", ino: "2" }, entries, disk: { freeBytes: 0, totalBytes: 0 } }, POLICY, {
        nowMs: NOW_MS,
      }),
    );
    expect(text).toContain("x\\u{a}delete  beyond_keep");
    expect(text).toContain("\\u{1b}[2Kgone");
    expect(text).toContain("\\u{202e}gnp.exe");
    expect(text).toContain("3 entries: keep 3, delete 0");
  });
});

function session(id: string, day: number): OwnedEntry {
  const stampMs = Date.UTC(2024, 0, day, 10, 30);
  return {
    kind: "owned",
    id,
    sessionId: "call",
    stampMs,
    latestMs: stampMs,
    identity: { dev: "1", ino: id, markerDigest: id },
    bytes: null,
  };
}

function unknown(id: string): ClassifiedEntry {
  return { kind: "unknown", id, reason: "name_mismatch", bytes: null };
}
