import type { Part } from "../shared/part.js";
import { LIVENESS, READINESS } from "./cases.js";
import { formatLiveness, formatReadiness } from "./format-probes.js";
import { type MeasureOptions, measure } from "./measure.js";
import { withPinnedLoad } from "./with-pinned-load.js";

/** What a liveness probe costs the server, beside what one would use instead. */
export const liveness: Part = ({ quick }) =>
  withPinnedLoad(async (pinned) => {
    const how = howFor(quick, pinned);
    const { measured, skipped } = await measure(LIVENESS, how);
    return { tables: [["Liveness", formatLiveness(measured)]], skipped, figures: { how, measured } };
  });

/** The same of readiness, with 1 to 200 checks behind it. */
export const readiness: Part = ({ quick }) =>
  withPinnedLoad(async (pinned) => {
    const how = howFor(quick, pinned);
    const cases = quick ? READINESS.filter(({ settings }) => settings.checks !== 50) : READINESS;
    const { measured, skipped } = await measure(cases, how);
    return { tables: [["Readiness", formatReadiness(measured)]], skipped, figures: { how, measured } };
  });

function howFor(quick: boolean, pinned: boolean): MeasureOptions {
  return quick
    ? { rounds: 3, warmUpMs: 150, leadInMs: 0, durationMs: 100, pinned }
    : { rounds: 5, warmUpMs: 4_000, leadInMs: 200, durationMs: 400, pinned };
}
