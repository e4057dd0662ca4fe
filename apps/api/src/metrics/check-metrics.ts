import type { CheckStatus, Status } from "@caretaker/status";
import { type MetricFamily, oneOf, type Sample, sample, toSeconds } from "./metric-family.js";

const STATES = ["up", "degraded", "down", "unknown"];
const LABELS = ["check", "scope", "host"];

/** The checks as they count here; `host` is empty where the scope is the fleet. */
export function checkMetrics({ checks }: Pick<Status, "checks">): MetricFamily[] {
  const each = (samplesOf: (check: CheckStatus, labels: Sample["labels"]) => Sample[]) =>
    checks.flatMap((check) => samplesOf(check, labelsOf(check)));
  // Nothing runs the check of the store itself on a schedule.
  const scheduled = (check: CheckStatus, ms: number) => (check.everyMs === 0 ? null : toSeconds(ms));
  return [
    {
      name: "caretaker_check_state",
      help: "1 for the state a check is in, after thresholds and staleness; 0 for the others.",
      type: "gauge",
      labels: [...LABELS, "state"],
      samples: each(({ state }, labels) => oneOf(STATES, { label: "state", current: state, labels })),
    },
    {
      name: "caretaker_check_critical",
      help: "1 for a check that alone can turn readiness to 503 here, 0 for the others and other machines' results.",
      type: "gauge",
      labels: LABELS,
      samples: each(({ critical, counted }, labels) => sample(labels, critical && counted ? 1 : 0)),
    },
    {
      name: "caretaker_check_last_run_timestamp_seconds",
      help: "When the last result of a check was published, in the store's time.",
      type: "gauge",
      labels: LABELS,
      samples: each(({ atMs }, labels) => sample(labels, toSeconds(atMs))),
    },
    {
      name: "caretaker_check_state_since_timestamp_seconds",
      help: "When the stored state of a check began, in the store's time.",
      type: "gauge",
      labels: LABELS,
      samples: each(({ sinceMs }, labels) => sample(labels, toSeconds(sinceMs))),
    },
    {
      name: "caretaker_check_stale_after_seconds",
      help: "How old the last result of a check may be before it is stale.",
      type: "gauge",
      labels: LABELS,
      samples: each((check, labels) => sample(labels, scheduled(check, check.staleAfterMs))),
    },
    {
      name: "caretaker_check_duration_seconds",
      help: "How long the last run of a check took.",
      type: "gauge",
      labels: LABELS,
      samples: each(({ durationMs }, labels) => sample(labels, toSeconds(durationMs))),
    },
    {
      name: "caretaker_check_transitions_total",
      help: "How often the state of a check has changed, as its worker counts it.",
      type: "counter",
      labels: LABELS,
      samples: each((check, labels) => (check.atMs === null ? [] : sample(labels, check.transitionCount))),
    },
  ];
}

function labelsOf({ name, scope, host }: CheckStatus): Sample["labels"] {
  return { check: name, scope, host: host ?? "" };
}
