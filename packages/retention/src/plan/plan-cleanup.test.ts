import { describe, expect, it } from "vitest";
import type { ClassifiedEntry, OwnedEntry, Scan } from "../classified-entry.js";
import type { CleanupPlan } from "../cleanup-plan.js";
import type { Policy } from "../policy.js";
import { planCleanup, planInTurns } from "./plan-cleanup.js";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2024, 5, 1);
const ROOT = { path: "/srv/recordings", dev: "1", ino: "2" };
const NO_MARKS = { daily: null, weekly: null, monthly: null, maxBytes: null, minFree: null };
const DISK = { freeBytes: 0, totalBytes: 0 };
const POLICY: Policy = { ...NO_MARKS, last: 1, withinMs: null, minAgeMs: HOUR_MS };

describe("planInTurns", () => {
  it("ends with the signal's reason", async () => {
    const scan: Scan = { root: ROOT, entries: [session("a", 2)], disk: DISK };
    const signal = AbortSignal.abort(new Error("no more"));
    await expect(planInTurns(scan, POLICY, { nowMs: NOW_MS, signal })).rejects.toThrow("no more");
  });
});

describe("planCleanup", () => {
  it("keeps the newest and deletes the rest, oldest first by the time in the name, ties by name", () => {
    const entries = [session("b", 30), session("new", 20), session("z", 40), session("a", 30)];
    expect(outline(plan(entries))).toEqual(["delete z", "delete a", "delete b", "keep new: keep_last"]);
  });

  it("keeps what any rule keeps", () => {
    const entries = [session("old", 50), session("recent", 30), session("newest", 20)];
    const policy = { ...NO_MARKS, last: 1, withinMs: 30 * HOUR_MS, minAgeMs: HOUR_MS };
    expect(outline(plan(entries, policy))).toEqual([
      "delete old",
      "keep recent: keep_within",
      "keep newest: keep_last",
    ]);
  });

  it.each([
    [HOUR_MS, "keep a: keep_within"],
    [HOUR_MS - 1, "delete a"],
  ])("keeps a session of one hour within %d ms: %s", (withinMs, expected) => {
    expect(outline(plan([session("a", 1)], { ...NO_MARKS, last: null, withinMs, minAgeMs: 1 }))).toEqual([expected]);
  });

  it.each([
    [HOUR_MS, "delete a"],
    [HOUR_MS + 1, "keep a: min_age"],
  ])("with a minimum age of %d ms, a session of one hour: %s", (minAgeMs, expected) => {
    expect(outline(plan([session("a", 1)], { ...NO_MARKS, last: null, withinMs: 1, minAgeMs }))).toEqual([expected]);
  });

  it("counts the minimum age from the latest moment the marker speaks of", () => {
    const justEnded = { ...session("a", 48), latestMs: NOW_MS - HOUR_MS + 1 };
    expect(outline(plan([justEnded], { ...POLICY, last: null, withinMs: 1 }))).toEqual(["keep a: min_age"]);
  });

  it("keeps what is dated in the future, and what has no usable date", () => {
    const odd = { ...session("b", 5), latestMs: Number.NaN };
    expect(outline(plan([session("a", -5), odd], { ...POLICY, last: null, withinMs: 1 }))).toEqual([
      "keep b: min_age",
      "keep a: keep_within",
    ]);
  });

  it("gives active and held sessions no place among the last", () => {
    const entries = [session("old", 50), session("held", 30, "held"), session("mine", 40), session("now", 2, "active")];
    expect(outline(plan(entries))).toEqual([
      "delete old",
      "keep mine: keep_last",
      "keep held: held",
      "keep now: active",
    ]);
  });

  it("shows unknown entries with their reason, last, and leaves our own trash out", () => {
    const unknown: ClassifiedEntry = { kind: "unknown", id: "notes", reason: "name_mismatch", bytes: null };
    const trash: ClassifiedEntry = { kind: "caretaker", id: ".caretaker-trash" };
    expect(outline(plan([unknown, trash, session("a", 5)]))).toEqual([
      "keep a: keep_last",
      "keep notes: unknown:name_mismatch",
    ]);
  });

  it("has another id for another root, policy or candidate, and only then", () => {
    const entries = [session("a", 50), session("b", 40), session("c", 30)];
    const base = plan(entries);
    const touched = { ...session("a", 50), identity: { dev: "1", ino: "a", markerDigest: "other" } };
    const others = [
      planCleanup({ root: { ...ROOT, ino: "3" }, disk: DISK, entries }, POLICY, { nowMs: NOW_MS }),
      plan(entries, { ...POLICY, last: 2 }),
      plan(entries, { ...POLICY, minAgeMs: HOUR_MS + 1 }),
      plan([touched, ...entries.slice(1)]),
    ];
    expect(new Set([base, ...others].map(({ id }) => id)).size).toBe(5);
    expect(
      planCleanup({ root: ROOT, disk: DISK, entries: [...entries].reverse() }, POLICY, { nowMs: NOW_MS + HOUR_MS }).id,
    ).toBe(base.id);
  });
});

function session(id: string, ageHours: number, kind: OwnedEntry["kind"] = "owned"): OwnedEntry {
  const stampMs = NOW_MS - ageHours * HOUR_MS;
  const identity = { dev: "1", ino: id, markerDigest: id };
  return { kind, id, sessionId: id, stampMs, latestMs: stampMs, identity, bytes: null };
}

function plan(entries: Scan["entries"], policy: Policy = POLICY): CleanupPlan {
  return planCleanup({ root: ROOT, disk: DISK, entries }, policy, { nowMs: NOW_MS });
}

function outline({ decisions }: CleanupPlan): string[] {
  return [...decisions].map(
    ({ action, rule, entry }) => `${action} ${entry.id}${action === "keep" ? `: ${rule}` : ""}`,
  );
}
