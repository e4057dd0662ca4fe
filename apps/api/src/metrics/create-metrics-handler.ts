import type { SnapshotReaderStats } from "@caretaker/redis-store";
import type { Status } from "@caretaker/status";
import type { RequestHandler } from "express";
import { collectDefaultMetrics, Registry } from "prom-client";
import { checkMetrics } from "./check-metrics.js";
import { instanceMetrics } from "./instance-metrics.js";
import { renderMetrics } from "./render-metrics.js";
import { retentionMetrics } from "./retention-metrics.js";
import { workerMetrics } from "./worker-metrics.js";

/** Where the numbers come from: what this instance knows, and no question to the store. */
export interface MetricsSource {
  readonly describe: () => Status;
  readonly stats: () => SnapshotReaderStats;
}

/** Answers `GET /metrics` in Prometheus' text format (operations.md §6), with the numbers of the process itself. */
export function createMetricsHandler({ describe, stats }: MetricsSource): RequestHandler {
  const process = processMetrics();
  return async (_request, response) => {
    const now = describe();
    const families = [
      ...instanceMetrics(now, stats()),
      ...checkMetrics(now),
      ...workerMetrics(now),
      ...retentionMetrics(now),
    ];
    const text = await renderMetrics(families, process);
    response.set({ "Content-Type": process.contentType, "Cache-Control": "no-store" }).send(text);
  };
}

function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  // Gauges named like counters, which promtool rightly objects to; the same numbers stand beside them by type.
  for (const what of ["handles", "requests", "resources"]) registry.removeSingleMetric(`nodejs_active_${what}_total`);
  return registry;
}
