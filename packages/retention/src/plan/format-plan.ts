import type { CleanupPlan, Decision } from "../cleanup-plan.js";

/** A plan as a table for a person to read: a line and its reason for each entry, oldest first, then the totals. */
export function formatPlan({ id, root, decisions }: CleanupPlan): string {
  const rows = [...decisions].map(({ action, rule, entry }) => [action, rule, startedAt(entry), printable(entry.id)]);
  const table = alignColumns([["ACTION", "RULE", "STARTED", "NAME"], ...rows]);
  return [`plan ${id}`, `root ${printable(root.path)}`, "", ...table, "", totals([...decisions]), ""].join("\n");
}

function startedAt(entry: Decision["entry"]): string {
  if (entry.kind === "unknown") return "-";
  return new Date(entry.stampMs).toISOString().slice(0, 19).replace("T", " ");
}

// A name may hold a line break or a terminal's control codes, and so forge a line of this very table.
function printable(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function alignColumns(rows: readonly string[][]): string[] {
  const widths = [0, 1, 2].map((column) => rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}

function totals(decisions: readonly Decision[]): string {
  const rules = new Map<string, number>();
  for (const { action, rule } of decisions) rules.set(`${action} ${rule}`, (rules.get(`${action} ${rule}`) ?? 0) + 1);
  const deleted = decisions.filter(({ action }) => action === "delete").length;
  const byRule = [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rule, count]) => `${rule} ${count}`);
  return [`${decisions.length} entries: keep ${decisions.length - deleted}, delete ${deleted}`, ...byRule].join("\n  ");
}
