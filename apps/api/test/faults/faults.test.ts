import { afterAll, describe, expect, it } from "vitest";
import { scratchDirectory } from "../../../worker/test/worker-process.ts";
import { complaintOf, expectNothingLost, expectPromises } from "./expectations.ts";
import type { Fault } from "./fault.ts";
import { formatTable } from "./fault-table.ts";
import { lineFaults } from "./line-faults.ts";
import { processFaults } from "./process-faults.ts";
import { ruleFaults } from "./rule-faults.ts";
import { type Course, runFaults } from "./run-faults.ts";
import { serverFaults } from "./server-faults.ts";
import { type System, startSystem } from "./system.ts";

const root = scratchDirectory();
const courses: Course[] = [];

let lastStart: Promise<unknown> = Promise.resolve();

/**
 * One after the other, since eight processes that load their code at the same time are slow to say that they listen; and
 * nothing is measured beside that.
 */
async function startInTurn(): Promise<System> {
  const start = lastStart.then(() => startSystem(root));
  lastStart = start.catch(() => undefined);
  const system = await start;
  await lastStart;
  return system;
}

afterAll(() => {
  console.info(`\n${formatTable(courses)}\n`);
});

/** One system each, side by side, since they wait more than they work; within one, fault after fault. */
const SUITES: Readonly<Record<string, readonly Fault[]>> = {
  "the line": Object.values(lineFaults),
  "the server": Object.values(serverFaults),
  "the server's rules": Object.values(ruleFaults),
  "the processes": Object.values(processFaults),
};

/** `CARETAKER_FAULT` names the only ones to run, by a part of their names. */
function chosen(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ name }) => name.includes(process.env["CARETAKER_FAULT"] ?? ""));
}

describe.concurrent("faults", () => {
  it.each(Object.entries(SUITES))(
    "of %s: probes go on, all is well within 5 s of the end, and nothing is lost or done twice",
    {
      timeout: 600_000,
    },
    async (_place, faults) => {
      if (chosen(faults).length === 0) return;
      const system = await startInTurn();
      const accepted: string[] = [];
      const complaints: string[] = [];
      for (const fault of chosen(faults)) {
        const course = await runFaults(system, [fault]);
        courses.push(course);
        accepted.push(...course.accepted);
        complaints.push(...(await complaintOf(fault.name, () => expectPromises(system, course))));
      }
      complaints.push(...(await complaintOf("afterwards", () => expectNothingLost(system, accepted))));

      await system.stop();
      expect(complaints).toEqual([]);
    },
  );
});
