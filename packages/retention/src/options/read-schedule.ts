import { formatDuration } from "@caretaker/units";
import type { Schedule, TargetOptions } from "../target.js";
import { type Complain, show } from "./option-problems.js";
import { readDuration } from "./read-values.js";

const CRON = /^[\dA-Za-z*,/?#-]+( [\dA-Za-z*,/?#-]+){4,5}$/;
const EVERY_FLOOR_MS = 1_000;

/** When the runs are due, every hour unless told otherwise; complains of both or neither being readable. */
export function readSchedule({ every, cron }: TargetOptions, complain: Complain): Schedule {
  if (cron === undefined) return { everyMs: readEvery(every === undefined ? "1h" : every, complain) };
  if (every !== undefined)
    complain(`every is ${show(every)} and cron is ${show(cron)}; only one of the two is allowed`);
  if (typeof cron !== "string" || !CRON.test(cron)) {
    complain(`cron is ${show(cron)}; five or six fields with one space between them are allowed`);
  }
  return { cron };
}

function readEvery(every: unknown, complain: Complain): number {
  const everyMs = readDuration("every", every, complain);
  if (everyMs < EVERY_FLOOR_MS)
    complain(`every is ${show(every)}; at least ${formatDuration(EVERY_FLOOR_MS)} is allowed`);
  return everyMs;
}
