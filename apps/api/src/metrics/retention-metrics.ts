import type { Status, TargetStatus } from "@caretaker/status";
import { type MetricFamily, type Sample, sample, toSeconds } from "./metric-family.js";

const TARGET = ["target"];

/** What cleanups did and will do; no session's id is ever a label. */
export function retentionMetrics({ retention }: Pick<Status, "retention">): MetricFamily[] {
  const each = (samplesOf: (target: TargetStatus) => Sample[]) => retention.flatMap(samplesOf);
  return [
    {
      name: "caretaker_retention_sessions_total",
      help: "Sessions that runs dealt with, by how that ended and why; dry runs are not counted.",
      type: "counter",
      labels: [...TARGET, "outcome", "reason"],
      samples: each(({ target, totals }) =>
        totals.sessions.map(({ outcome, reason, count }) => ({ labels: { target, outcome, reason }, value: count })),
      ),
    },
    {
      name: "caretaker_retention_runs_total",
      help: "Runs that were not dry, by how they ended.",
      type: "counter",
      labels: [...TARGET, "outcome"],
      samples: each(({ target, totals }) =>
        Object.entries(totals.runs).map(([outcome, value]) => ({ labels: { target, outcome }, value })),
      ),
    },
    {
      name: "caretaker_retention_freed_bytes_total",
      help: "Bytes of allocated blocks that runs gave back to the file system.",
      type: "counter",
      labels: TARGET,
      samples: each(({ target, totals }) => sample({ target }, totals.freedBytes)),
    },
    {
      name: "caretaker_retention_last_success_timestamp_seconds",
      help: "When a run last did what it should; no series before the first.",
      type: "gauge",
      labels: TARGET,
      samples: each(({ target, lastSuccessAtMs }) => sample({ target }, toSeconds(lastSuccessAtMs))),
    },
    {
      name: "caretaker_retention_next_run_timestamp_seconds",
      help: "When the next run is due.",
      type: "gauge",
      labels: TARGET,
      samples: each(({ target, nextRunAtMs }) => sample({ target }, toSeconds(nextRunAtMs))),
    },
    {
      name: "caretaker_retention_running",
      help: "Whether a run is going on.",
      type: "gauge",
      labels: TARGET,
      samples: each(({ target, running }) => sample({ target }, running === null ? 0 : 1)),
    },
    {
      name: "caretaker_retention_refused",
      help: "1 while the last run was refused by a guard and its plan waits for a confirmation.",
      type: "gauge",
      labels: TARGET,
      samples: each(({ target, lastRun }) => sample({ target }, lastRun?.outcome === "refused" ? 1 : 0)),
    },
    ...lastReportMetrics(retention),
  ];
}

function lastReportMetrics(retention: Status["retention"]): MetricFamily[] {
  const newest = retention.flatMap(({ target, reports: [report] }) =>
    report === undefined ? [] : [{ target, report }],
  );
  return [
    {
      name: "caretaker_retention_unknown_entries",
      help: "Entries that are not provably ours, by reason, as the newest run counted them.",
      type: "gauge",
      labels: [...TARGET, "reason"],
      samples: newest.flatMap(({ target, report }) =>
        Object.entries(report.unknown ?? {}).map(([reason, value]) => ({ labels: { target, reason }, value })),
      ),
    },
    {
      name: "caretaker_retention_trash_sessions",
      help: "Sessions that waited in the trash when the newest run ended.",
      type: "gauge",
      labels: TARGET,
      samples: newest.flatMap(({ target, report }) => sample({ target }, report.inTrash?.count ?? null)),
    },
    {
      name: "caretaker_retention_trash_bytes",
      help: "Bytes that waited in the trash when the newest run ended.",
      type: "gauge",
      labels: TARGET,
      samples: newest.flatMap(({ target, report }) => sample({ target }, report.inTrash?.bytes ?? null)),
    },
  ];
}
