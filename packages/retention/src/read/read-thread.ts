import { parentPort, workerData } from "node:worker_threads";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import { atOnce } from "../turns.js";
import { type ReadShare, type ReadTask, readOne } from "./read-task.js";
import type { ThreadContext } from "./read-threads.js";

// Opening and reading a small file takes the system 20 µs, and on a cold disk a thousand times as long: here that holds
// up nobody, and a synchronous call costs a tenth of one that goes through the thread pool.
parentPort?.on("message", ({ kind, names }: ReadTask) => {
  const { activeForMs, ...about } = workerData as ThreadContext;
  const context = { ...about, target: { owns: recorderSessions(), activeForMs } };
  const startedMs = performance.now();
  const answers = names.map((name) => atOnce(readOne(name, { kind, context })));
  const share: ReadShare = { answers, ms: performance.now() - startedMs };
  // As text: copying a thousand small objects from one thread to another costs more than writing and parsing them.
  parentPort?.postMessage(JSON.stringify(share));
});
