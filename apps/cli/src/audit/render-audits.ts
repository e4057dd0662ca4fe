import { AUDIT_CODES, type AuditReport } from "@caretaker/retention";
import { counted } from "../render/counted.js";
import { printable } from "../render/printable.js";
import { type Cell, formatTable } from "../render/table.js";
import type { View } from "../render/view.js";
import type { TargetAudit } from "./audit-targets.js";

/** Each target with what was looked at and, one a line, what does not agree. */
export function* renderAudits(audits: readonly TargetAudit[], view: View): Iterable<string> {
  if (audits.length === 0) yield "the configuration has no targets";
  for (const [index, audit] of audits.entries()) {
    if (index > 0) yield "";
    if (audit.status === "audited") yield* renderAudit(audit, view);
    else if (audit.status === "elsewhere") yield `${view.style("not here", "faint")}: ${audit.why}`;
    else yield `${view.style("failed", "bad")}: ${audit.target}: ${printable(audit.why)} (${audit.code})`;
  }
}

function* renderAudit(report: AuditReport, view: View): Iterable<string> {
  const { target, root, disagreements, disagreementCount } = report;
  const verdict = disagreementCount === 0 ? view.style("sound", "good") : view.style("unsound", "bad");
  const found = disagreementCount === 0 ? "journal and disk agree" : `${disagreementCount} do not agree`;
  yield `${verdict}: ${target}, ${found}`;
  yield `root      ${printable(root)}`;
  yield `markers   ${markersOf(report)}`;
  yield `journal   ${claimsOf(report)}`;
  yield `trash     ${counted(report.inTrash, "session")}`;
  if (disagreementCount === 0) return;
  yield "";
  const rows = disagreements.map(({ code, id }): Cell[] => [{ text: code, tone: "bad" }, id, AUDIT_CODES[code]]);
  yield formatTable({ headings: ["CODE", "NAME", "MEANS"], rows }, view);
  if (disagreementCount > disagreements.length) yield `… ${disagreementCount - disagreements.length} more`;
}

function markersOf({ counts }: AuditReport): string {
  const { owned, active, held, unknown } = counts;
  const reasons = Object.entries(unknown).map(([reason, number]) => `${number} ${printable(reason)}`);
  return [`${owned} owned`, `${active} active`, `${held} held`, ...reasons].join(", ");
}

function claimsOf({ claims }: AuditReport): string {
  return Object.entries(claims)
    .map(([result, number]) => `${number} ${result}`)
    .join(", ");
}
