import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BALANCER_PROFILES, type BalancerProfile, removalMs } from "./balancer-profile.js";
import { detectionBudget } from "./detection-budget.js";
import { next, type Progress } from "./state.js";
import { sampleSpec } from "./testing/sample-spec.js";

const CRITICAL = sampleSpec("db", { critical: true });

describe("the detection budget", () => {
  it.each<[keyof typeof BALANCER_PROFILES, number, number, number, number]>([
    // wait 30 s + run 5 s + re-check 10 s + 5 s + propagation 5 s, then the balancer
    ["haproxy", 10_000 + 4_000, 55_000 + 8_000, 10_000 + 2_000, 55_000 + 6_000],
    ["alb", 10_000 + 30_000, 55_000 + 65_000, 10_000 + 120_000, 55_000 + 155_000],
    ["envoy", 10_000, 55_000 + 6_000, 10_000 + 5_000, 55_000 + 11_000],
    ["kubernetes", 10_000 + 20_000, 55_000 + 31_000, 10_000, 55_000 + 11_000],
  ])("of the defaults behind %s", (name, noticeBest, noticeWorst, recoverBest, recoverWorst) => {
    const budget = detectionBudget(CRITICAL, BALANCER_PROFILES[name]);
    expect(budget.noticeMs).toEqual({ best: noticeBest, worst: noticeWorst });
    expect(budget.recoverMs).toEqual({ best: recoverBest, worst: recoverWorst });
    expect(budget.parts.map((part) => part.name)).toEqual(["wait", "run", "recheck", "propagation", "balancer"]);
  });

  it("ends at readiness without a balancer, and for a check that takes nobody out", () => {
    const bare = { best: 10_000, worst: 55_000 };
    expect(detectionBudget(CRITICAL, null).noticeMs).toEqual(bare);
    expect(detectionBudget(sampleSpec("db"), BALANCER_PROFILES.alb).noticeMs).toEqual(bare);
  });

  it("has no re-check with thresholds of one", () => {
    const spec = sampleSpec("db", { failureThreshold: 1, successThreshold: 3 });
    expect(detectionBudget(spec, null).parts[2]).toEqual({
      name: "recheck",
      noticeMs: { best: 0, worst: 0 },
      recoverMs: { best: 20_000, worst: 30_000 },
    });
  });

  it("holds whatever happens within its parts (simulated, property)", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    const scenario = fc.record({
      everyMs: fc.integer({ min: 3_000, max: 600_000 }),
      failureThreshold: fc.integer({ min: 1, max: 6 }),
      phase: fraction,
      took: fc.array(fraction, { minLength: 6, maxLength: 6 }),
      heard: fraction,
      probePhase: fraction,
      profile: fc.constantFrom<BalancerProfile>(...Object.values(BALANCER_PROFILES)),
    });
    fc.assert(
      fc.property(scenario, ({ everyMs, failureThreshold, phase, took, heard, probePhase, profile }) => {
        const spec = sampleSpec("db", { critical: true, everyMs, timeoutMs: everyMs / 2, failureThreshold });
        const { noticeMs } = detectionBudget(spec, profile);
        // The dependency breaks at 0; the next run begins at `phase`, and each run takes its own time.
        let nowMs = phase * everyMs;
        let progress: Progress = { state: "up", pending: null };
        for (let run = 0; progress.state !== "down"; run += 1) {
          nowMs += (took[run] ?? 0) * spec.timeoutMs;
          progress = next(progress, { status: "fail", code: "refused" }, spec);
          if (progress.pending !== null) nowMs += Math.floor(everyMs / 3);
        }
        nowMs += heard * 5_000 + probePhase * profile.intervalMs + (profile.fall - 1) * profile.intervalMs;
        expect(nowMs).toBeGreaterThanOrEqual(noticeMs.best - 1e-6);
        expect(nowMs).toBeLessThanOrEqual(noticeMs.worst + 1e-6);
      }),
    );
  });
});

it.each([
  ["haproxy", 8_000],
  ["alb", 65_000],
  ["envoy", 6_000],
  ["kubernetes", 31_000],
] as const)("%s has stopped sending traffic %d ms after the first 503 at the latest", (name, expectedMs) => {
  expect(removalMs(BALANCER_PROFILES[name])).toBe(expectedMs);
});
