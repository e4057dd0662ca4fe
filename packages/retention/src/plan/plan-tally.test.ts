import { setImmediate } from "node:timers";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { OwnedEntry, UnknownEntry } from "../classified-entry.js";
import type { Decision } from "../cleanup-plan.js";
import { anyInput } from "./naive-plan.test.fixture.js";
import { planCleanup } from "./plan-cleanup.js";
import { tallyPlan } from "./plan-tally.js";

describe("tallyPlan", () => {
  it("counts what was decided by kind, reason and rule", async () => {
    const decisions: Decision[] = [
      { action: "delete", rule: "beyond_keep", entry: session("a") },
      { action: "keep", rule: "backing_off", entry: session("b") },
      { action: "keep", rule: "held", entry: session("c", "held") },
      { action: "keep", rule: "active", entry: session("d", "active") },
      { action: "keep", rule: "keep_within", entry: { kind: "unread", id: "e", stampMs: 1, bytes: null } },
      { action: "keep", rule: "unknown:symlink", entry: unknown("symlink", 5) },
      { action: "keep", rule: "unknown:name_mismatch", entry: unknown("name_mismatch", null) },
      { action: "keep", rule: "unknown:symlink", entry: unknown("symlink", 7) },
    ];
    expect(await tallyPlan({ decisions })).toEqual({
      counts: { owned: 2, active: 1, held: 1, unread: 1, unknown: { name_mismatch: 1, symlink: 2 } },
      unknownBytes: 12,
      kept: ["b", "c", "d", "e"],
      keptCount: 4,
      backingOffCount: 1,
    });
  });

  it("tells the reasons in their alphabetical order", async () => {
    const reasons = ["symlink", "marker_missing", "other_device", "marker_invalid", "unreadable"];
    const decisions = reasons.map((reason): Decision => {
      return { action: "keep", rule: `unknown:${reason}`, entry: unknown(reason, null) };
    });
    const { counts } = await tallyPlan({ decisions });
    expect(Object.keys(counts.unknown)).toEqual(reasons.toSorted());
  });

  it("names the newest twenty of those kept", async () => {
    const decisions = Array.from({ length: 25 }, (_, index): Decision => keep(`s${index}`));
    const { kept, keptCount } = await tallyPlan({ decisions });
    expect(kept).toEqual(Array.from({ length: 20 }, (_, index) => `s${index + 5}`));
    expect(keptCount).toBe(25);
  });

  it("counts the same of a plan's own decisions, which are never made for it", async () => {
    const property = fc.asyncProperty(anyInput, async ({ scan, policy, facts }) => {
      const { decisions } = planCleanup(scan, policy, facts);
      expect(await tallyPlan({ decisions })).toEqual(await tallyPlan({ decisions: [...decisions] }));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it("lets other work through before it has counted them all", async () => {
    const decisions = Array.from({ length: 2_000 }, (_, index): Decision => keep(`s${index}`));
    let nowMs = 0;
    onTestFinished(() => void vi.restoreAllMocks());
    // Each look at the clock finds a turn over.
    vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 100));
    let isDone = false;
    const tally = tallyPlan({ decisions }).then(() => (isDone = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    await tally;
  });
});

function keep(id: string): Decision {
  return { action: "keep", rule: "keep_last", entry: session(id) };
}

function session(id: string, kind: OwnedEntry["kind"] = "owned"): OwnedEntry {
  const identity = { dev: "1", ino: "2", markerDigest: "digest" };
  return { kind, id, sessionId: id, stampMs: 1, latestMs: 1, identity, bytes: null };
}

function unknown(reason: string, bytes: number | null): UnknownEntry {
  return { kind: "unknown", id: "x", reason, bytes };
}
