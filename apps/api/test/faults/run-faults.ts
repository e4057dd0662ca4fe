import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { waitedForCoreMs } from "../../../../scripts/testing/waited-for-core.ts";
import { parseLine } from "../../../worker/test/worker-process.ts";
import { askReady, type ReadyAnswer } from "../probing.ts";
import { told } from "../rules-of-age.ts";
import type { Fault } from "./fault.ts";
import type { Sample } from "./prober.ts";
import { SPECS, type System } from "./system.ts";

/** What was seen while some faults lasted and until all was well again. */
export interface Course {
  readonly faults: readonly Fault[];
  /** Every answer to a probe, without those of the time in which the API was away. */
  readonly samples: readonly Sample[];
  /** Readiness in full detail, a few times a second. */
  readonly answers: readonly ReadyAnswer[];
  /** From the beginning to the first sign, in the log of either app or in readiness; `null` where there was none. */
  readonly noticedMs: number | null;
  /** From the end until readiness passes on evidence that is younger than the end. */
  readonly recoveredMs: number;
  /** How much of that those who take part waited for a core. */
  readonly waitedMs: number;
  /** The cleanups that were accepted before and while it lasted. */
  readonly accepted: readonly string[];
}

/** How long to wait for a recovery that is overdue, so that the failure can tell how late it is. */
const GIVE_UP_MS = 25_000;

/** Lets faults happen one after the other, hold, and end in the opposite order; watches until all is well. */
export async function runFaults(system: System, faults: readonly Fault[]): Promise<Course> {
  await untilWell(system, 0);
  await system.record();
  const takesData = faults.some((fault) => fault.takesData);
  const accepted = [takesData ? null : await system.requestCleanup()];
  const beganAtMs = Date.now();
  const watch = startWatch(system);
  for (const { begin } of faults) await begin(system);
  const takesApi = faults.some((fault) => fault.takesApi);
  const asked = takesData || takesApi ? null : system.requestCleanup();
  const holdMs = Math.max(...faults.map(({ lastsMs }) => lastsMs));
  await delay(holdMs);
  const apiWasAwayUntilMs = await end(system, faults);
  const endedAtMs = Date.now();
  const idle = startIdleWatch(system);
  const wellAtMs = await untilWell(system, endedAtMs);
  const waitedMs = idle.waitedMs();
  accepted.push((await asked) ?? null);
  const samples = await system.prober.since(takesApi ? apiWasAwayUntilMs : beganAtMs, wellAtMs);
  const answers = await watch.stop();
  return {
    faults,
    answers: answers.map(({ answer }) => answer),
    samples,
    noticedMs: firstSign(system, answers, { beganAtMs, wellAtMs }),
    recoveredMs: wellAtMs - endedAtMs,
    waitedMs,
    accepted: accepted.filter((runId) => runId !== null),
  };
}

/** Until when the API could not answer: a probe that was sent before is answered late, or never. */
async function end(system: System, faults: readonly Fault[]): Promise<number> {
  for (const { end: endOne } of faults.toReversed()) await endOne?.(system);
  return Date.now() + 100;
}

/** Resolves when readiness passes on evidence of after `sinceMs`, with the moment. */
async function untilWell(system: System, sinceMs: number): Promise<number> {
  let last: ReadyAnswer | undefined;
  const isWell = async () => {
    last = await askReady(system.api);
    return isPassing(last, sinceMs);
  };
  await waitFor(isWell, { timeoutMs: GIVE_UP_MS, what: "all to be well" }).catch((error: unknown) => {
    const logs = [...system.worker.stdoutLines.slice(-20), ...system.api.stdoutLines.slice(-20)];
    const shown =
      last && ["store", ...SPECS.map(({ name }) => name)].map((name) => [name, told(last as ReadyAnswer, name)]);
    throw new Error(`${String(error)}\n${JSON.stringify(shown)}\n${logs.join("\n")}`, { cause: error });
  });
  return Date.now();
}

function isPassing(answer: ReadyAnswer, sinceMs: number): boolean {
  const evidence = SPECS.map(({ name }) => told(answer, name));
  return (
    answer.verdict === "pass" &&
    told(answer, "store").state === "up" &&
    evidence.every(({ freshness, time }) => freshness === "fresh" && Date.parse(time ?? "") > sinceMs)
  );
}

/** Their waits may overlap, so only the longest counts. */
function startIdleWatch({ api, worker, redis }: System): { waitedMs(): number } {
  const pids = [api.child.pid ?? "self", worker.child.pid ?? "self", redis.pid, "self"] as const;
  const before = pids.map(waitedForCoreMs);
  return { waitedMs: () => Math.max(...pids.map((pid, index) => waitedForCoreMs(pid) - (before[index] ?? 0))) };
}

interface Seen {
  readonly atMs: number;
  readonly answer: ReadyAnswer;
}

function startWatch(system: System): { stop(): Promise<readonly Seen[]> } {
  const seen: Seen[] = [];
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      // While the API is away there is no answer to hold to the rules.
      const answer = await askReady(system.api).catch(() => null);
      if (answer !== null) seen.push({ atMs: Date.now(), answer });
      await delay(100);
    }
  };
  const looking = look();
  return {
    stop: async () => {
      isOver = true;
      await looking;
      return seen;
    },
  };
}

function firstSign(system: System, answers: readonly Seen[], during: { beganAtMs: number; wellAtMs: number }) {
  const { beganAtMs, wellAtMs } = during;
  const signs = [
    ...answers.filter(({ answer }) => answer.verdict !== "pass").map(({ atMs }) => atMs),
    ...system.all.flatMap(({ stdoutLines }) => warningsOf(stdoutLines)),
  ].filter((atMs) => atMs >= beganAtMs && atMs <= wellAtMs);
  return signs.length === 0 ? null : Math.min(...signs) - beganAtMs;
}

function warningsOf(lines: readonly string[]): readonly number[] {
  const records = lines.map(parseLine).filter((line) => line?.["level"] === "warn" || line?.["level"] === "error");
  return records.map((line) => Date.parse(String(line?.["time"])));
}
