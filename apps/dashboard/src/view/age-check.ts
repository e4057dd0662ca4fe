import type { CheckStatus } from "@caretaker/status";
import { type Marked, toneOf } from "./tone.js";

type Freshness = CheckStatus["freshness"];
type Verdict = CheckStatus["contribution"];

/** A check as it counts at one moment: what the service said of it, aged by the result's own time (health.md §5). */
export interface AgedCheck {
  readonly freshness: Freshness;
  readonly state: Marked;
  readonly contribution: Verdict;
}

/** Ages a check, so that a page which gets no answers any more never shows an old "up" as one. */
export function ageCheck(check: CheckStatus, nowMs: number): AgedCheck {
  const freshness = freshnessNow(check, nowMs);
  if (freshness === "none") return { ...check, freshness, state: { tone: "unknown", word: "awaiting first run" } };
  if (freshness !== "stale") {
    return { freshness, state: { tone: toneOf(check.state), word: check.state }, contribution: check.contribution };
  }
  return { freshness, state: staleState(check, nowMs), contribution: staleContribution(check) };
}

function freshnessNow({ atMs, freshness, lateAfterMs, staleAfterMs }: CheckStatus, nowMs: number): Freshness {
  // What nobody schedules has no time of its own, and is as good as the answer it came with.
  if (atMs === null || freshness === "stale") return freshness;
  const ageMs = nowMs - atMs;
  if (ageMs > staleAfterMs) return "stale";
  return ageMs > lateAfterMs ? "late" : freshness;
}

/** The last state stays to be read; its colour and shape go. */
function staleState({ onStale, state, atMs, staleAfterMs, maxHoldMs }: CheckStatus, nowMs: number): Marked {
  if (onStale === "fail") return { tone: "fail", word: "stale, counts as down" };
  const isHeld = onStale === "hold" && atMs !== null && nowMs - atMs <= staleAfterMs + maxHoldMs;
  if (!isHeld || state === "unknown") return { tone: "unknown", word: "unknown, too old" };
  return { tone: "unknown", word: `stale, was ${state}` };
}

function staleContribution({ onStale, critical, contribution }: CheckStatus): Verdict {
  if (onStale === "fail") return critical ? "fail" : "warn";
  return contribution === "pass" ? "warn" : contribution;
}
