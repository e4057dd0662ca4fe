import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Contender, inRounds } from "../shared/in-rounds.js";
import { runCommand } from "../shared/run-command.js";
import { runNode } from "../shared/run-node.js";
import type { CleanupAnswer, CleanupTask } from "./cleanup-process.js";
import type { Comparison, Cost } from "./format-comparison.js";
import { FIRST_SESSION_MS, makeSessions, SESSION_EVERY_MS } from "./make-sessions.js";

/** What is compared on: so many sessions below this directory, so many times. */
export interface BenchSize {
  readonly directory: string;
  readonly sessions: number;
  readonly rounds: number;
}

/** With `cold`, the audit is compared once more with the system's cache emptied before each. */
export type PassSize = BenchSize & { readonly cold: boolean };

/** So many sessions grow too old from one round to the next. */
const CANDIDATES = 20;

const PROCESS = new URL("./cleanup-process.js", import.meta.url);

/** A scheduled pass beside listing the names, then a full audit beside reading the markers: from memory, and from the disk. */
export async function* comparePasses({ directory, sessions, rounds, cold }: PassSize): AsyncGenerator<Comparison> {
  const root = join(directory, `passes-${sessions}`);
  await makeSessions({ root, count: sessions });
  const task: Task = { root, dbPath: `${root}.db`, sessions };
  // A worker's first run of a root fills its index; what is compared is what it does from then on.
  await ours("run", 0, task);
  const names = `find ${root} -mindepth 1 -maxdepth 1`;
  const pass = [command(`\`${names.replace(root, "<root>")}\``, names), pass_(task)];
  yield { what: "A scheduled pass with 20 candidates", sessions, results: await inRounds(pass, rounds), skipped: [] };
  const read = `find ${root} -name metadata.json -print0 | xargs -0 cat`;
  const audit = [command(`\`${read.replace(root, "<root>")}\``, read), audit_(task)];
  const what = "A full audit, every marker read and judged";
  yield { what, sessions, results: await inRounds(audit, rounds), skipped: [] };
  if (cold) {
    const fromDisk = audit.map(({ name, measure }) => ({
      name,
      measure: (round: number) => forget().then(() => measure(round)),
    }));
    yield { what: `${what}, nothing in memory`, sessions, results: await inRounds(fromDisk, rounds), skipped: [] };
  }
  rmSync(root, { recursive: true });
}

const FORGET = "/proc/sys/vm/drop_caches";

async function forget(): Promise<void> {
  await runCommand(`sync; echo 3 > ${FORGET}`);
}

interface Task {
  readonly root: string;
  readonly dbPath: string;
  readonly sessions: number;
}

function command(name: string, line: string): Contender<Cost> {
  return { name, measure: () => runCommand(line) };
}

function pass_(task: Task): Contender<Cost> {
  return { name: "caretaker, one run", measure: (round) => ours("run", round + 1, task) };
}

function audit_(task: Task): Contender<Cost> {
  return { name: "caretaker, an audit", measure: (round) => ours("audit", round, task) };
}

async function ours(kind: CleanupTask["kind"], round: number, { root, dbPath, sessions }: Task): Promise<Cost> {
  const keepWithinMinutes = Math.ceil((sessions * SESSION_EVERY_MS) / 60_000) + 60;
  // After round 0 everything is just young enough; each round, a few more are not.
  const nowMs = FIRST_SESSION_MS + keepWithinMinutes * 60_000 + (round * CANDIDATES - 0.5) * SESSION_EVERY_MS;
  const task: CleanupTask = { kind, root, dbPath, nowMs, keepWithinMinutes };
  const answer = await runNode<Cost & CleanupAnswer & { peakRssBytes: number; loopMaxMs: number }>(PROCESS, task);
  const expected = kind === "run" && round > 0 ? CANDIDATES : 0;
  if (answer.outcome !== "done" || answer.deleted !== expected)
    throw new Error(`expected ${expected} deleted: ${JSON.stringify(answer)}`);
  return answer;
}
