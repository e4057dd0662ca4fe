import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Contender, inRounds } from "../shared/in-rounds.js";
import { runCommand } from "../shared/run-command.js";
import { runNode } from "../shared/run-node.js";
import type { CleanupAnswer, CleanupTask } from "./cleanup-process.js";
import type { BenchSize } from "./compare-passes.js";
import type { Comparison, Cost } from "./format-comparison.js";
import { FIRST_SESSION_MS, makeSessions, SESSION_EVERY_MS } from "./make-sessions.js";

const PROCESS = new URL("./cleanup-process.js", import.meta.url);
const TOOLS = { "systemd-tmpfiles": "/usr/bin/systemd-tmpfiles", tmpreaper: "/usr/sbin/tmpreaper" } as const;

type DeletionSize = BenchSize & { readonly segments: number };

/** Deletes trees of the same sessions with each tool, a fresh tree for each time. */
export async function compareDeletions({ rounds, ...size }: DeletionSize): Promise<Comparison> {
  const { sessions, segments } = size;
  const all = contenders(size);
  const here = all.filter(({ tool }) => tool === undefined || existsSync(TOOLS[tool]));
  const skipped = all.filter((contender) => !here.includes(contender)).map(({ name }) => name);
  return { what: `Deletion, ${segments + 1} files each`, sessions, results: await inRounds(here, rounds), skipped };
}

type Deleter = Contender<Cost> & { readonly tool?: keyof typeof TOOLS };

type TreeSize = Omit<DeletionSize, "rounds">;

function contenders(size: TreeSize): Deleter[] {
  return [
    deleter("`rm -rf`", size, (root) => runCommand(`rm -rf ${root}`)),
    deleter("caretaker, one run", size, (root) => ours(root, size.sessions)),
    {
      ...deleter("`systemd-tmpfiles --clean`", size, (root) => runCommand(`systemd-tmpfiles --clean ${root}.conf`)),
      tool: "systemd-tmpfiles",
    },
    {
      ...deleter("`tmpreaper`", size, (root) => runCommand(`tmpreaper --runtime=0 --mtime --mtime-dir 1s ${root}`)),
      tool: "tmpreaper",
    },
  ];
}

function deleter(
  name: string,
  { directory, sessions, segments }: TreeSize,
  remove: (root: string) => Promise<Cost>,
): Contender<Cost> {
  return {
    name,
    measure: async (round) => {
      const parent = join(directory, `deletion-${round}`);
      const root = join(parent, "sessions");
      mkdirSync(parent);
      writeFileSync(`${root}.conf`, `e ${root} - - - m:1s\n`);
      await makeSessions({ root, count: sessions, segments });
      // What the system still has to write of making them is not what deleting them costs.
      await runCommand("sync; sleep 2.5");
      const cost = await remove(root);
      const left = existsSync(root) ? readdirSync(root).filter((entry) => entry.startsWith("call-")).length : 0;
      if (left > 1) throw new Error(`${name} left ${left} of ${sessions} sessions`);
      await rm(parent, { recursive: true });
      return cost;
    },
  };
}

async function ours(root: string, sessions: number): Promise<Cost> {
  // The newest is kept: a target must keep something.
  const nowMs = FIRST_SESSION_MS + sessions * SESSION_EVERY_MS + 7_200_000;
  const task: CleanupTask = { kind: "run", root, dbPath: `${root}.db`, nowMs, keepWithinMinutes: 1 };
  const answer = await runNode<Cost & CleanupAnswer & { peakRssBytes: number; loopMaxMs: number }>(PROCESS, task);
  if (answer.outcome !== "done" || answer.deleted < sessions - 1)
    throw new Error(`expected ${sessions - 1} deleted: ${JSON.stringify(answer)}`);
  return answer;
}
