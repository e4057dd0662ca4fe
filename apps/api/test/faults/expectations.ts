import { expect } from "vitest";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type Done, readJournal } from "../../../worker/test/read-journal.ts";
import { parseLine } from "../../../worker/test/worker-process.ts";
import type { ReadyAnswer } from "../probing.ts";
import { expectRulesOfAge, told } from "../rules-of-age.ts";
import { answersTo, measuresOf } from "./measures.ts";
import type { Course } from "./run-faults.ts";
import { SPECS, type System } from "./system.ts";

/** The numbers of the promise (issue 5). */
const LIVENESS_P99_MS = 20;
const READINESS_MS = 50;
const RECOVERY_MS = 5_000;

/** A run whose start was not heard of is found after its lock's 10 s, by one of two looks that are 5 s apart. */
const FOUND_DEAD_MS = 25_000;

/** Holds the course of faults to what is promised while they last and after them. */
export function expectPromises(system: System, course: Course): void {
  const { faults, samples, answers, noticedMs } = course;
  const { livenessP99, longestReadiness, recovery } = measuresOf(course);
  const live = answersTo(samples, "/health");
  const ready = answersTo(samples, "/health/ready");
  expect(live.filter(({ status }) => status !== 200)).toEqual([]);
  expect(ready.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
  expect(livenessP99.ms, "liveness p99").toBeLessThan(LIVENESS_P99_MS);
  expect(longestReadiness.ms, "longest readiness").toBeLessThan(READINESS_MS);
  const mayForget = faults.some(({ takesData }) => takesData);
  const mayStart = faults.some(({ takesApi }) => takesApi);
  const isExcused = (answer: ReadyAnswer) => mayStart && (isStarting(answer) || (mayForget && isWithoutChecks(answer)));
  for (const answer of answers) if (!isExcused(answer)) expectStaleness(answer, mayForget);
  for (const { shows, says } of faults) {
    if (shows !== undefined) expect(noticedMs, "a sign of the fault").not.toBeNull();
    if (shows === "store")
      expect(answers.some((answer) => answer.of("store")[0]?.caretaker.state === "down")).toBe(true);
    if (shows === "checks")
      expect(answers.some((answer) => answer.of("fine")[0]?.caretaker.freshness !== "fresh")).toBe(true);
    if (says !== undefined) expect(system.worker.stdoutLines.join("\n")).toMatch(says);
  }
  expect(recovery.ms, "recovery").toBeLessThan(RECOVERY_MS);
}

/** A new API that has not read the store yet knows of no check and says so. */
function isStarting(answer: ReadyAnswer): boolean {
  return answer.statusCode === 503 && answer.of("fine").length === 0;
}

/** A new API on a store that has forgotten everything, before a worker has told it which checks there are: no check, a pass. */
function isWithoutChecks(answer: ReadyAnswer): boolean {
  return answer.statusCode === 200 && SPECS.every(({ name }) => answer.of(name).length === 0);
}

function expectStaleness(answer: ReadyAnswer, mayForget: boolean): void {
  for (const spec of SPECS) {
    const { freshness, state, status } = told(answer, spec.name);
    // Between the loss of the data and the first run after it there is no evidence, nor is it known of which machines:
    // what another machine finds does not count here, so its absence changes nothing.
    if (mayForget && spec.scope === "host" && freshness === undefined) continue;
    if (mayForget && freshness === "none") expect([state, status]).toEqual(["unknown", "warn"]);
    else expectRulesOfAge(answer, spec, { state: "up", code: "ok" });
  }
  expect(answer.statusCode).toBe(200);
}

/** Holds a system to what is promised whatever has happened to it: it never fell, lost nothing and did nothing twice. */
export async function expectNothingLost(system: System, accepted: readonly string[]): Promise<void> {
  for (const app of system.all) expectNoFault(app);
  for (const app of [system.api, system.worker])
    expect([app.child.exitCode, app.child.signalCode]).toEqual([null, null]);
  const missing = ({ runIds }: Done) => accepted.filter((runId) => !runIds.includes(runId));
  const ended = await waitFor(
    () => {
      const done = readJournal(system.dataDir);
      return missing(done).length === 0 ? done : null;
    },
    { timeoutMs: FOUND_DEAD_MS, what: "the end of the accepted runs" },
  ).catch(async (error: unknown) => {
    const jobs = await Promise.all(missing(readJournal(system.dataDir)).map(system.describeRun));
    throw new Error(`${String(error)}: ${jobs.join("; ")}`, { cause: error });
  });
  expect(ended.runIds).toEqual([...new Set(ended.runIds)]);
  expect(ended.deletedIds).toEqual([...new Set(ended.deletedIds)]);
}

/** What a failed expectation said, so that the next fault still gets its turn. */
export async function complaintOf(what: string, expectation: () => unknown): Promise<string[]> {
  try {
    await expectation();
    return [];
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.message : error}`];
  }
}

function expectNoFault({ stdoutLines, stderrLines }: SpawnedApp): void {
  expect(stderrLines).toEqual([]);
  const faults = stdoutLines.map(parseLine).filter((line) => line?.["msg"] === "fault" || line === null);
  expect(faults).toEqual([]);
}
