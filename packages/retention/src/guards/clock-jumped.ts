import type { LastRun } from "../journal.js";
import type { StandingFacts } from "./guard-facts.js";

const BACK_MS = 60_000;
const JUMP_MS = 10 * 60_000;
const OFFSET_MS = 60_000;

/** Refuses to judge ages by a clock that was set: one that is years ahead makes every session old. */
export function clockJumped(facts: StandingFacts): string | null {
  return sinceLastRun(facts) ?? offStore(facts);
}

function sinceLastRun({ nowMs, clock, lastRun }: StandingFacts): string | null {
  if (lastRun === null) return null;
  const { runId, startedAtMs } = lastRun;
  if (nowMs < startedAtMs - BACK_MS) return `the clock is ${seconds(startedAtMs - nowMs)} before run ${runId}`;
  const jumpMs = jumpOf(nowMs - startedAtMs, { before: lastRun, clock });
  if (Math.abs(jumpMs) <= JUMP_MS) return null;
  return `the clock moved ${seconds(jumpMs)} more since run ${runId} than the machine has been up`;
}

function jumpOf(wallMs: number, { before, clock }: { before: LastRun } & Pick<StandingFacts, "clock">): number {
  const upMs = clock.upMs - before.clock.upMs;
  const isSameStart = clock.bootId !== null && clock.bootId === before.clock.bootId;
  // A machine cannot have been up for less than before: some containers count from their own start, which says nothing.
  return isSameStart && upMs >= 0 ? wallMs - upMs : 0;
}

function offStore({ clockOffsetMs }: StandingFacts): string | null {
  if (clockOffsetMs === null || Math.abs(clockOffsetMs) <= OFFSET_MS) return null;
  return `the clock is ${seconds(clockOffsetMs)} ahead of the store's; at most ${seconds(OFFSET_MS)} either way is allowed`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
