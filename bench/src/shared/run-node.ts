import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a piece of work in a process of its own cost, told by that process. */
export interface NodeCost {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most memory the process ever had, its threads counted in. */
  readonly peakRssBytes: number;
  /** The longest the event loop was held up. */
  readonly loopMaxMs: number;
}

/** Runs a compiled script of this workspace with its task as JSON; it answers by {@link tellCost}. */
export async function runNode<Answer extends NodeCost>(script: URL, task: object): Promise<Answer> {
  const { stdout } = await run(process.execPath, [fileURLToPath(script), JSON.stringify(task)], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as Answer;
}
