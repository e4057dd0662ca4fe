import type { SnapshotReaderStats } from "@caretaker/redis-store";
import type { Status } from "@caretaker/status";
import { type MetricFamily, oneOf, sample, toSeconds } from "./metric-family.js";

const VERDICTS = ["pass", "warn", "fail"];
const LIFECYCLES = ["starting", "ready", "draining"];

/** What this API instance answers, and how good its evidence is. */
export function instanceMetrics(
  status: Pick<Status, "verdict" | "lifecycle" | "store" | "nowMs">,
  stats: SnapshotReaderStats,
): MetricFamily[] {
  const { verdict, lifecycle, store, nowMs } = status;
  const ageMs = store.readAtMs === null ? null : Math.max(0, nowMs - store.readAtMs);
  return [
    {
      name: "caretaker_readiness_verdict",
      help: "1 for what readiness answers now, 0 for the others; fail is 503.",
      type: "gauge",
      labels: ["verdict"],
      samples: oneOf(VERDICTS, { label: "verdict", current: verdict }),
    },
    {
      name: "caretaker_lifecycle_state",
      help: "1 for where this instance is between its start and its end, 0 for the others.",
      type: "gauge",
      labels: ["state"],
      samples: oneOf(LIFECYCLES, { label: "state", current: lifecycle }),
    },
    {
      name: "caretaker_store_reachable",
      help: "Whether Redis answered the last time it was asked.",
      type: "gauge",
      labels: [],
      samples: sample({}, store.reachable ? 1 : 0),
    },
    {
      name: "caretaker_snapshot_age_seconds",
      help: "How long ago Redis answered last: the age of everything this instance knows.",
      type: "gauge",
      labels: [],
      samples: sample({}, toSeconds(ageMs)),
    },
    counter("refreshes", "How often the whole snapshot was read.", stats.refreshes),
    counter("messages", "How many publications were heard.", stats.messages),
    counter("gaps", "How often a publication was missed, which a full read heals.", stats.gaps),
    counter("failures", "How often reading the snapshot failed.", stats.failures),
  ];
}

function counter(of: string, help: string, value: number): MetricFamily {
  return { name: `caretaker_snapshot_${of}_total`, help, type: "counter", labels: [], samples: sample({}, value) };
}
