import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { JournalEvent } from "@caretaker/retention";
import { BUSY_TIMEOUT_MS } from "../connect-to-write.js";
import { sqliteError } from "../sqlite.js";
import type { AppendAnswer, AppendFailure, AppendRequest, AppendThreadData } from "./append-task.js";

/** Writes events of the journal on a thread, over a connection of its own. */
export interface AppendAside {
  /** Whether there is a thread already: what follows what it writes must be written by it too. */
  readonly isRunning: boolean;
  /** The events are on disk, all of them, once this resolves; rejects with what the driver threw, and then none is. */
  append(events: readonly JournalEvent[]): Promise<void>;
  /** Returns once all that was asked for is written and the thread's connection is closed. */
  close(): void;
}

/** Starts no thread before there is something to write; one that is idle keeps no process alive. `null`: no script. */
export function createAppendAside(path: string): AppendAside | null {
  const script = findScript();
  if (script === null) return null;
  let thread: AppendThread | null = null;
  return {
    get isRunning() {
      return thread !== null;
    },
    append: (events) => {
      thread ??= startThread(script, { path, onExit: () => (thread = null) });
      return thread.append(events);
    },
    close: () => thread?.close(),
  };
}

/** The compiled thread: beside this file, or, where the sources are run as they are, in what was compiled of them. */
function findScript(): URL | null {
  const places = ["./append-thread.js", "../../dist/append/append-thread.js"].map(
    (place) => new URL(place, import.meta.url),
  );
  return places.find((place) => place.protocol === "file:" && existsSync(place)) ?? null;
}

type AppendThread = Pick<AppendAside, "append" | "close">;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

function startThread(script: URL, { path, onExit }: { path: string; onExit: () => void }): AppendThread {
  const closed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: AppendThreadData = { path, closed };
  const worker = new Worker(script, { execArgv: [], workerData, resourceLimits: { maxYoungGenerationSizeMb: 2 } });
  const waiting: Waiting[] = [];
  worker.unref();
  worker.on("message", (answer: AppendAnswer) => {
    const { resolve, reject } = waiting.shift() ?? UNASKED;
    if (waiting.length === 0) worker.unref();
    if (answer === null) resolve();
    else reject(toError(answer));
  });
  worker.on("error", () => {});
  worker.once("exit", () => {
    onExit();
    for (const { reject } of waiting.splice(0)) reject(toError(DIED));
  });
  const ask = (request: AppendRequest) => worker.postMessage(request);
  return {
    append: (events) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.ref();
        ask({ type: "append", events });
      }),
    close: () => {
      ask({ type: "close" });
      // A thread that died meanwhile answers nothing.
      Atomics.wait(closed, 0, 0, BUSY_TIMEOUT_MS);
    },
  };
}

const UNASKED: Waiting = { resolve: () => {}, reject: () => {} };
const DIED: AppendFailure = { code: "SQLITE_ABORT", message: "the thread that writes the journal has died" };

function toError({ code, message }: AppendFailure): Error {
  if (code.startsWith("SQLITE_")) return sqliteError(message, code);
  return Object.assign(new Error(message), { code });
}
