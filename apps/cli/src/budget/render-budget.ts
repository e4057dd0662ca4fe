import type { Span } from "@caretaker/health";
import { humanDuration } from "../render/human.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import type { BudgetReport, CheckBudget } from "./budget-report.js";

/** The budgets as a table, and below it what cannot work or will surprise. */
export function renderBudget({ balancer, checks, problems }: BudgetReport, view: View): string {
  const headings = ["CHECK", "CRITICAL", "EVERY", "TIMEOUT", "FAILURES", "SUCCESSES", "NOTICED IN", "RECOVERED IN"];
  const table = formatTable({ headings, rows: checks.map(toRow) }, view);
  const ends =
    balancer === null
      ? "Until /health/ready shows it; --balancer counts a balancer in."
      : `Until ${balancer.name} has acted on it, for critical checks; else until /health/ready shows it.`;
  const lines = problems.map(
    ({ level, message }) => `${view.style(level, level === "warn" ? "warn" : "bad")}: ${message}`,
  );
  return [table, "", ends, ...lines].join("\n");
}

function toRow(check: CheckBudget): Cell[] {
  const { name, critical, everyMs, timeoutMs, failureThreshold, successThreshold, budget } = check;
  return [
    name,
    critical ? "yes" : "no",
    humanDuration(everyMs),
    humanDuration(timeoutMs),
    String(failureThreshold),
    String(successThreshold),
    fromTo(budget.noticeMs),
    fromTo(budget.recoverMs),
  ];
}

function fromTo({ best, worst }: Span): string {
  return `${humanDuration(best)} to ${humanDuration(worst)}`;
}
