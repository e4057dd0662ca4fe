import { formatDuration } from "./format-duration.js";
import type { Knowledge } from "./knowledge.js";
import type { Tone } from "./tone.js";
import { isAlive } from "./worker-rows.js";

/** Something that keeps the page, or the service, from knowing better: what it is, and what to do. */
export interface Banner {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

/** How old an answer may be before the page says so: three polls, or two heartbeats of the stream that never came. */
const OLD_ANSWER_MS = 35_000;

/** The banners that hold now, the worst first. */
export function banners(knowledge: Knowledge): readonly Banner[] {
  const { status, trouble, connection } = knowledge;
  if (connection === "locked") return [];
  return [
    ...(trouble === null ? [] : [noAnswer(knowledge, trouble)]),
    ...(status === null ? [] : [...noStore(knowledge), ...noWorker(knowledge), ...oldAnswer(knowledge)]),
    ...(status?.guard !== null && status?.code === "guarded" ? [GUARDED] : []),
  ];
}

const GUARDED: Banner = {
  tone: "warn",
  title: "Held in service",
  text: "Checks fail here, but too many instances would leave at once: the guard keeps this one answering 200.",
};

function noAnswer({ status, nowMs }: Knowledge, trouble: string): Banner {
  const age = status === null ? "" : ` The last answer is ${formatDuration(nowMs - status.nowMs)} old.`;
  const what = status === null ? "Nothing is known yet." : "What stands below ages by its own time.";
  return {
    tone: "fail",
    title: "No answer from the service",
    text: `${capital(trouble)}.${age} ${what} Trying again.`,
  };
}

function noStore({ status, nowMs }: Knowledge): Banner[] {
  if (status === null || status.store.reachable) return [];
  const { readAtMs } = status.store;
  const since = readAtMs === null ? "It has not been read yet" : `Last read ${formatDuration(nowMs - readAtMs)} ago`;
  const text = `${since}. The service answers from its memory, which ages. Check that Redis runs and REDIS_URL is right.`;
  return [{ tone: "warn", title: "Redis cannot be reached", text }];
}

function noWorker({ status, nowMs }: Knowledge): Banner[] {
  if (status === null || !status.store.loaded) return [];
  const { workers, workerAliveMs } = status;
  if (workers.some((worker) => isAlive(worker, { nowMs, workerAliveMs }))) return [];
  const last = Math.max(...workers.map(({ beatAtMs }) => beatAtMs));
  const since = workers.length === 0 ? "None has announced itself" : `Last heard ${formatDuration(nowMs - last)} ago`;
  const text = `${since}. No check runs and no cleanup either. Start a worker: node apps/worker/dist/main.js`;
  return [{ tone: "warn", title: "No worker is alive", text }];
}

function oldAnswer({ status, trouble, connection, nowMs }: Knowledge): Banner[] {
  // Before the first attempt, and without script, the page is as old as whoever loaded it knows.
  if (status === null || trouble !== null || connection === "none") return [];
  const ageMs = nowMs - status.nowMs;
  if (ageMs <= OLD_ANSWER_MS) return [];
  const text = `The last answer is ${formatDuration(ageMs)} old. What stands below ages by its own time.`;
  return [{ tone: "warn", title: "This page is behind", text }];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
