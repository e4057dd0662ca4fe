import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from "node:fs";
import type { CleanupJournal, JournalEvent } from "./index.js";
import { defineTarget, recorderSessions, runCleanup } from "./index.js";
import { createMemoryJournal, createMemoryLock } from "./testing/index.js";

/** One run in a process of its own, which may kill itself after the nth time it comes to a step. Prints the report. */
interface ChildOptions {
  readonly root: string;
  readonly journalPath: string;
  readonly nowMs: number;
  readonly last: number;
  readonly killAfter: { readonly step: string; readonly nth: number } | null;
}

const options = JSON.parse(process.argv[2] ?? "{}") as ChildOptions;
const { root, journalPath, nowMs, last, killAfter } = options;
const target = defineTarget({ name: "recordings", root, owns: recorderSessions(), keep: { last } });
let seen = 0;
const report = await runCleanup(target, {
  runId: `child-${process.pid}`,
  dryRun: false,
  reason: "test",
  nowMs: () => nowMs,
  journal: openFileJournal(journalPath),
  lock: createMemoryLock(),
  onStep: (step) => {
    if (step === killAfter?.step) seen += 1;
    if (seen > 0 && seen === killAfter?.nth) process.kill(process.pid, "SIGKILL");
  },
});
process.stdout.write(JSON.stringify(report));

function openFileJournal(path: string): CleanupJournal {
  const memory = createMemoryJournal();
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line !== "") void memory.append(JSON.parse(line) as JournalEvent);
  }
  const append = (event: JournalEvent) => {
    appendLine(path, event);
    return memory.append(event);
  };
  return { ...memory, append };
}

function appendLine(path: string, event: JournalEvent): void {
  const fd = openSync(path, "a");
  appendFileSync(fd, `${JSON.stringify(event)}\n`);
  fsyncSync(fd);
  closeSync(fd);
}
