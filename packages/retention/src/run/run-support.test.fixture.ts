import type { CleanupReport } from "../report.js";
import type { RetentionTarget } from "../target.js";
import { makeSession, makeTarget, NOW_MS } from "../test-support.test.fixture.js";
import { createMemoryJournal } from "../testing/memory-journal.js";
import { createMemoryLock } from "../testing/memory-lock.js";
import { runCleanup } from "./run-cleanup.js";
import type { RunOptions } from "./run-options.js";

/** A machine that was started once and has been up for as long as its clock says. */
export function clockAt(nowMs: number) {
  return { bootId: "boot", upMs: nowMs - NOW_MS + 3_600_000 };
}

/** Runs a target that keeps the newest session, unless told otherwise, on a journal and a lock of its own. */
export function runOn(
  root: string,
  options: Partial<RunOptions> = {},
  target: Partial<RetentionTarget> = {},
): Promise<CleanupReport> {
  const { nowMs = () => NOW_MS } = options;
  const ports = { journal: createMemoryJournal(), lock: createMemoryLock() };
  const defaults = { runId: "run-1", dryRun: false, reason: "test", nowMs, readClock: () => clockAt(nowMs()) };
  return runCleanup({ ...makeTarget(root), ...target }, { ...defaults, ...ports, ...options });
}

/** Writes this many sessions, one a day; returns their names, oldest first. */
export function makeSessions(root: string, count: number): string[] {
  return Array.from({ length: count }, (_, day) => makeSession(root, "a", day + 1));
}
