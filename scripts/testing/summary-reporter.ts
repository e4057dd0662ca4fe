import { writeFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

/** What `npm test` prints at the end; written as JSON to the file that `CARETAKER_TEST_SUMMARY` names. */
export interface TestSummary {
  passed: number;
  /** Tests, files that could not be loaded, and errors outside of a test. */
  failed: number;
  skipped: { name: string; reason: string }[];
}

/** Lists what was skipped and why, which vitest's own reporters leave out; strict mode makes a skip a failure. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const summary = summarize(modules, errors.length);
    const file = process.env["CARETAKER_TEST_SUMMARY"];
    if (file) writeFileSync(file, JSON.stringify(summary));
    if (summary.skipped.length > 0 && process.env["CARETAKER_TEST_STRICT"] === "1") process.exitCode = 1;
  }
}

function summarize(modules: readonly TestModule[], errorCount: number): TestSummary {
  const summary: TestSummary = { passed: 0, failed: errorCount, skipped: [] };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") summary.passed++;
      else if (result.state === "failed") summary.failed++;
      else summary.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: reasonOf(result) });
    }
    // A file that fails to load, or whose own hooks fail, has no failed test to show for it.
    summary.failed += module.errors().length;
  }
  return summary;
}

function reasonOf(result: { note?: string | undefined } | object): string {
  return "note" in result && result.note ? result.note : "no reason given";
}
