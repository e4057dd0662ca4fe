import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as retention from "./index.js";
import * as testing from "./testing/index.js";

describe("@caretaker/retention", () => {
  it("exports exactly this", () => {
    expect(Object.keys(retention).sort()).toEqual([
      "AUDIT_CODES",
      "FAILURE_CODES",
      "GUARDS",
      "GuardedError",
      "InvalidRunIdError",
      "InvalidSessionError",
      "InvalidTargetError",
      "LOCK_NAME",
      "MAX_REPORTED_IDS",
      "OUT_OF_DATE_CODES",
      "PlanRefusedError",
      "REASONS",
      "RESTORE_PIN_MS",
      "ROOT_MARKER_NAME",
      "ReadOnlyError",
      "RootRefusedError",
      "STEPS",
      "ScanMismatchError",
      "StalePlanError",
      "TRASH_NAME",
      "TrashRefusedError",
      "adoptSession",
      "applyPlan",
      "auditTarget",
      "comparePlans",
      "countEntries",
      "createSession",
      "defineTarget",
      "forecastGrowth",
      "formatPlan",
      "isOutOfDate",
      "listTrash",
      "openTrash",
      "planAdoption",
      "planCleanup",
      "planRoot",
      "readClockEvidence",
      "readRegularFile",
      "readRootMarker",
      "recorderSessions",
      "restoreSession",
      "runCleanup",
      "scan",
      "settleOpenIntents",
      "validateRoot",
      "validateRoots",
    ]);
    expect(Object.keys(testing).sort()).toEqual([
      "createMemoryJournal",
      "createMemoryLock",
      "journalContract",
      "lockContract",
    ]);
  });
});

describe("docs/retention.md", () => {
  const text = readFileSync(fileURLToPath(new URL("../../../docs/retention.md", import.meta.url)), "utf8");

  it("lists the reasons word for word as the code has them, in the same order", () => {
    expect(tableAfter(text, "Reason")).toEqual(Object.entries(retention.REASONS));
  });

  it("explains word for word what an audit can find, in the same order", () => {
    expect(tableAfter(text, "Found")).toEqual(Object.entries(retention.AUDIT_CODES));
  });

  it("explains every code a session can fail with", () => {
    expect(tableAfter(text, "Code").map(([code]) => code)).toEqual([...retention.FAILURE_CODES]);
  });
});

/** The rows of the table whose first heading is this, as its first two cells without the code marks of the first. */
function tableAfter(text: string, heading: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2;
  const rows = lines.slice(
    start,
    lines.findIndex((line, index) => index > start && !line.startsWith("|")),
  );
  return rows.map((row) => {
    const [, code = "", sentence = ""] = row.split("|").map((cell) => cell.trim());
    return [code.replaceAll("`", ""), sentence];
  });
}
