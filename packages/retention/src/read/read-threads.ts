import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { ReadAnswer, ReadShare, ReadTask } from "./read-task.js";
import type { ReadContext } from "./session-reader.js";

/** What a thread is given at its start: the shipped rule it has itself. */
export type ThreadContext = Pick<ReadContext, "root" | "nowMs" | "safety"> & { readonly activeForMs: number };

/** Threads that look at sessions. */
export interface ReadThreads {
  read(task: ReadTask): Promise<readonly ReadAnswer[]>;
  close(): Promise<void>;
}

// Measured on two cores: of what is in memory two read as fast as four, of what is on a disk four read 1.4 times as fast.
const THREADS = 2;
const THREADS_AT_A_DISK = 4;
// What is in memory is read in 15 µs a session, in 60 by a thread that has just begun; what is not in 250.
const AT_A_DISK_MS = 0.12;

/** Threads for the shipped rule, started as there is work for them; `null` where their script cannot be found. */
export function createReadThreads(context: ThreadContext): ReadThreads | null {
  const script = findScript();
  if (script === null) return null;
  const workers: ReadThread[] = [];
  const workerAt = (index: number) => (workers[index] ??= startThread(script, context));
  let count = THREADS;
  return {
    read: async ({ kind, names }) => {
      const share = Math.ceil(names.length / count);
      const parts = Array.from({ length: count }, (_, index) => names.slice(index * share, (index + 1) * share));
      const answers = await Promise.all(parts.map((part, index) => workerAt(index).read({ kind, names: part })));
      const slowestMs = Math.max(...answers.map(({ ms }) => ms));
      count = slowestMs / share > AT_A_DISK_MS ? THREADS_AT_A_DISK : THREADS;
      return answers.flatMap(({ answers: ofPart }) => ofPart);
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

/** The compiled thread: beside this file, or, where the sources are run as they are, in what was compiled of them. */
function findScript(): URL | null {
  const places = ["./read-thread.js", "../../dist/read/read-thread.js"].map((path) => new URL(path, import.meta.url));
  return places.find((place) => place.protocol === "file:" && existsSync(place)) ?? null;
}

interface ReadThread {
  read(task: ReadTask): Promise<ReadShare>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (share: ReadShare) => void;
  readonly reject: (error: unknown) => void;
}

function startThread(script: URL, context: ThreadContext): ReadThread {
  const worker = new Worker(script, {
    execArgv: [],
    workerData: context,
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
  const waiting: Waiting[] = [];
  let ended: Error | null = null;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  // A thread answers in the order it was asked.
  worker.on("message", (share: string) => {
    waiting.shift()?.resolve(JSON.parse(share) as ReadShare);
    if (waiting.length === 0) worker.unref();
  });
  worker.on("error", end);
  worker.once("exit", () => end(new Error("the thread that reads sessions has ended")));
  worker.unref();
  return {
    read: (task) =>
      new Promise((resolve, reject) => {
        if (ended !== null) return reject(ended);
        waiting.push({ resolve, reject });
        worker.ref();
        worker.postMessage(task);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
