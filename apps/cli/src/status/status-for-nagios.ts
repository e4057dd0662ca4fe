import { type NagiosResult, nagiosResult, type PerfDatum } from "../render/nagios.js";
import type { CheckStatus, StatusReport } from "./status-report.js";
import { worstFirst } from "./worst-first.js";

/** The status as one line for Nagios: what does not pass by name, and the age and measures of what counts. */
export function statusForNagios({ verdict, code, checks }: StatusReport): NagiosResult {
  const counted = worstFirst(checks).filter((check) => check.counted);
  const bad = counted.filter(({ contribution }) => contribution !== "pass");
  const named = bad.map(({ name, host, state, code: why }) => `${name}${at(host)} ${state} (${why})`);
  const tally = `${counted.length - bad.length} of ${counted.length} checks pass`;
  return nagiosResult(
    verdict,
    [...(code === null ? [] : [code]), tally, ...named].join(", "),
    counted.flatMap(perfData),
  );
}

function at(host: string | null): string {
  return host === null ? "" : ` on ${host}`;
}

function perfData({ name, ageMs, measures }: CheckStatus): readonly PerfDatum[] {
  const own = Object.entries(measures).map(([label, measure]) => ({ label: `${name}.${label}`, ...measure }));
  return [...(ageMs === null ? [] : [{ label: `${name}.age`, value: ageMs, unit: "ms" }]), ...own];
}
