import { GuardedError, StalePlanError } from "@caretaker/retention";
import type { OpenRetention } from "../open-retention.js";
import { counted } from "../render/counted.js";
import type { Shell } from "../shell.js";
import { askFirst } from "./ask-first.js";
import { planReport } from "./plan-report.js";
import { renderPlan } from "./render-plan.js";
import { planTarget } from "./run-target.js";

/**
 * Shows on the terminal what a run would do, and asks; gives the id of the plan that was agreed to. With an id, it has to
 * be that plan, whatever the guards say of it.
 *
 * @throws DeclinedError, InterruptedError, RetentionFailedError; GuardedError or StalePlanError where asking is in vain.
 */
export async function askForPlan(
  open: OpenRetention,
  reason: string,
  { context, view }: Shell,
  confirmedId?: string,
): Promise<string> {
  const made = await planTarget(open, reason, context);
  const { plan } = made;
  const report = planReport(made, open.target);
  if (confirmedId !== undefined && confirmedId !== plan.id) throw new StalePlanError(confirmedId, plan.id);
  for (const line of renderPlan({ report, decisions: plan.decisions, isDrawnTogether: true }, view())) {
    await context.stderr.write(`${line}\n`);
  }
  if (confirmedId === undefined && report.guards.length > 0) throw new GuardedError(plan.id, report.guards);
  const verb = open.target.keepTrashMs === null ? "Delete" : "Move to the trash";
  await askFirst(`${verb} ${counted(report.delete, "session")} of ${open.target.name}?`, {}, context);
  return plan.id;
}
