import type { Answer } from "../answer.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { OpenRetention } from "../open-retention.js";
import { forecastTarget } from "./forecast-target.js";
import { decisionLines, planReport } from "./plan-report.js";
import { renderPlan } from "./render-plan.js";
import type { MadePlan } from "./run-target.js";

/** A plan to be printed: its totals, and every decision one after another. */
export async function planAnswer(
  made: MadePlan,
  open: OpenRetention,
  { isDrawnTogether }: { readonly isDrawnTogether: boolean },
): Promise<Answer> {
  const totals = planReport(made, open.target);
  const report = { ...totals, forecast: await forecastTarget(open, totals, totals.atMs) };
  const { decisions } = made.plan;
  return {
    exitCode: EXIT_CODES.ok,
    data: report,
    list: { key: "decisions", items: decisionLines(decisions) },
    text: (view) => renderPlan({ report, decisions, isDrawnTogether }, view),
  };
}
