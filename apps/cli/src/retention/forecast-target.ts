import { forecastGrowth, type GrowthForecast } from "@caretaker/retention";
import type { OpenRetention } from "../open-retention.js";
import type { PlanReport } from "./plan-report.js";
import { bytesOf } from "./tally-rules.js";

// Of the days a forecast looks at, an hourly schedule has 720.
const RUNS = 2_000;

/** When the disk and the sessions reach their marks, by what the journal knows; `null` where it knows too little. */
export async function forecastTarget(
  { target, database }: OpenRetention,
  { disk, policy, rules }: Pick<PlanReport, "disk" | "policy" | "rules">,
  nowMs: number,
): Promise<GrowthForecast | null> {
  const { cleanupHistory, cleanupTotals } = await import("@caretaker/sqlite-store");
  const totals = cleanupTotals(database, target, nowMs);
  if (disk === null || totals === null) return null;
  const runs = cleanupHistory(database, { target: target.name, limit: RUNS }).flatMap(({ report }) => {
    const { finishedAtMs, bytesFreed, disk: then } = report ?? {};
    if (finishedAtMs === undefined || bytesFreed === undefined) return [];
    return [{ finishedAtMs, bytesFreed, freeBytes: then?.freeBytes ?? null }];
  });
  const ours = rules.filter(({ rule }) => !rule.startsWith("unknown:"));
  const forecast = forecastGrowth({
    nowMs,
    disk,
    policy,
    keptBytes: bytesOf(ours, "keep"),
    arrivals: totals.days,
    runs,
  });
  const isKnown = forecast.arrivedBytesPerDay > 0 || forecast.diskBytesPerDay !== null;
  return isKnown ? forecast : null;
}
