import { Counter, Gauge, Registry } from "prom-client";
import type { MetricFamily } from "./metric-family.js";

/** The text exposition of the families, after that of the process's own registry. */
export async function renderMetrics(families: readonly MetricFamily[], process: Registry): Promise<string> {
  // Made for one answer: series of checks, workers and targets that are gone must not be told any longer.
  const registry = new Registry();
  for (const family of families) register(family, registry);
  return `${await process.metrics()}\n${await registry.metrics()}`;
}

function register({ name, help, type, labels, samples }: MetricFamily, registry: Registry): void {
  const about = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === "gauge") {
    const gauge = new Gauge(about);
    gauge.reset();
    for (const { labels: of, value } of samples) gauge.set(of, value);
  } else {
    const counter = new Counter(about);
    counter.reset();
    for (const { labels: of, value } of samples) counter.inc(of, value);
  }
}
