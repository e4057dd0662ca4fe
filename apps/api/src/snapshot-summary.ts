import type { SnapshotReader } from "@caretaker/redis-store";

interface SummaryLog {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
}

const EVERY_MS = 60_000;

/** One line a minute about the snapshot's upkeep, when it had gaps or failures; returns what stops it. */
export function logSnapshotSummary(reader: Pick<SnapshotReader, "stats">, log: SummaryLog): () => void {
  let said = reader.stats();
  const timer = setInterval(() => {
    const stats = reader.stats();
    const changed = stats.gaps !== said.gaps || stats.failures !== said.failures;
    said = stats;
    if (changed) log.info("snapshot", { ...stats });
  }, EVERY_MS);
  return () => clearInterval(timer);
}
