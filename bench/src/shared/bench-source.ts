import type { SnapshotSource } from "@caretaker/health";
import { createMemorySnapshotSource, sampleRecord, sampleSpec } from "@caretaker/health/testing";

const EVERY_MS = 30_000;

/**
 * A snapshot of so many healthy checks that changes as a real one does, each check publishing every 30 s, and whose
 * clock runs: otherwise a remembered answer would never have to be made anew.
 */
export function benchSource(checks: number): SnapshotSource {
  const names = Array.from({ length: checks }, (_, index) => `check-${index}`);
  const startMs = Date.now() - performance.now();
  const nowMs = () => startMs + performance.now();
  const recordOf = (name: string) => sampleRecord(name, { atMs: nowMs(), sinceMs: startMs });
  const records = new Map(names.map((name) => [name, recordOf(name)]));
  const specs = new Map(names.map((name, index) => [name, sampleSpec(name, { critical: index % 2 === 0 })]));
  const source = createMemorySnapshotSource({ specs, records: [...records.values()] });
  let turn = 0;
  const publishNext = () => {
    const name = names[turn % names.length] ?? "";
    turn += 1;
    records.set(name, recordOf(name));
    source.set({ records: [...records.values()] });
  };
  if (checks > 0) setInterval(publishNext, EVERY_MS / checks).unref();
  return { current: source.current, nowMs };
}
