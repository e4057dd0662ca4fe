import { describe, expect, it } from "vitest";
import type { OwnedEntry } from "../classified-entry.js";
import type { Candidate, CleanupPlan } from "../cleanup-plan.js";
import type { Policy } from "../policy.js";
import { planIdOf } from "./plan-id.js";

type Identified = Pick<CleanupPlan, "root" | "policy" | "candidates">;

const POLICY: Policy = {
  ...{ last: 1, withinMs: 2, daily: 3, weekly: 4, monthly: 5, maxBytes: 6 },
  ...{ minFree: { warnBytes: 7, targetBytes: 8 }, minAgeMs: 9 },
};
const PLAN: Identified = {
  root: { path: "/srv/recordings", dev: "10", ino: "11" },
  policy: POLICY,
  candidates: [candidate("a", "12"), candidate("b", "13")],
};

describe("a plan's id", () => {
  it("is a digest, the same for the same plan whatever the order of its fields", () => {
    expect(planIdOf(PLAN)).toMatch(/^[0-9a-f]{64}$/);
    const reversed = Object.fromEntries(Object.entries(POLICY).reverse()) as unknown as Policy;
    expect(planIdOf({ ...PLAN, policy: reversed })).toBe(planIdOf(PLAN));
  });

  it("stays what it is from one version to the next: plans are confirmed by it", () => {
    expect(planIdOf(PLAN)).toBe("5b311911c430cef1fc0c48b920a950623c90548825066676813c96184491d7cc");
  });

  it.each<[string, Partial<Identified>]>([
    ...Object.keys(PLAN.root).map((field) => [`root.${field}`, { root: { ...PLAN.root, [field]: "99" } }] as never),
    ...Object.keys(POLICY).map(
      (field) => [`policy.${field}`, { policy: { ...POLICY, [field]: changed(field) } }] as never,
    ),
    ...Object.keys(POLICY).map((field) => [`no policy.${field}`, { policy: { ...POLICY, [field]: null } }] as never),
    ["policy.minFree.warnBytes", { policy: { ...POLICY, minFree: { warnBytes: 99, targetBytes: 8 } } }],
    ["policy.minFree.targetBytes", { policy: { ...POLICY, minFree: { warnBytes: 7, targetBytes: 99 } } }],
    ["the number of candidates", { candidates: [candidate("a", "12")] }],
    ["the order of candidates", { candidates: [candidate("b", "13"), candidate("a", "12")] }],
    ["a candidate's rule", { candidates: [{ ...candidate("a", "12"), rule: "max_bytes" }, candidate("b", "13")] }],
    ["a candidate's name", { candidates: [candidate("aa", "12"), candidate("b", "13")] }],
    ["a candidate's inode", { candidates: [candidate("a", "99"), candidate("b", "13")] }],
    ["a candidate's device", { candidates: [candidate("a", "12", { dev: "99" }), candidate("b", "13")] }],
    ["a candidate's marker", { candidates: [candidate("a", "12", { markerDigest: "99" }), candidate("b", "13")] }],
  ])("is another for another %s", (_what, change) => {
    expect(planIdOf({ ...PLAN, ...change })).not.toBe(planIdOf(PLAN));
  });

  it("depends on nothing else of a candidate", () => {
    const [first, second] = [candidate("a", "12"), candidate("b", "13")];
    const measured = { ...first, entry: { ...first.entry, bytes: 5, latestMs: 5 } };
    expect(planIdOf({ ...PLAN, candidates: [measured, second] })).toBe(planIdOf(PLAN));
  });
});

function changed(field: string): unknown {
  return field === "minFree" ? { warnBytes: 98, targetBytes: 99 } : 99;
}

function candidate(id: string, ino: string, identity: Partial<OwnedEntry["identity"]> = {}): Candidate {
  const entry: OwnedEntry = {
    ...{ kind: "owned", id, sessionId: id, stampMs: 0, latestMs: 0, bytes: null },
    identity: { dev: "10", ino, markerDigest: "d", ...identity },
  };
  return { action: "delete", rule: "beyond_keep", entry };
}
