import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { TargetOptions } from "@caretaker/retention";
import { describeTree } from "../../../packages/retention/src/test-support.test.fixture.ts";
import { type CliRun, fleetOf, runCli } from "./cli-process.ts";

/** A root with its data directory, and the commands on it. */
export interface CliTarget {
  readonly root: string;
  readonly dataDir: string;
  readonly env: Record<string, string>;
  /** `caretaker …` with these words, run to its end. */
  run(words: string, env?: Record<string, string>): Promise<CliRun>;
  /** Everything in the root, what is our own left out. */
  tree(): string[];
}

/** A fresh target below a scratch directory; it keeps the newest session, unless told otherwise. */
export function makeCliTarget(scratch: string, options: Partial<TargetOptions> = {}): CliTarget {
  const directory = mkdtempSync(join(scratch, "target-"));
  const [root, dataDir] = [join(directory, "recordings"), join(directory, "data")];
  mkdirSync(root);
  const env = { ...fleetOf([], { recordings: root }, options), DATA_DIR: dataDir };
  return {
    root,
    dataDir,
    env,
    run: (words, more = {}) => runCli(words.split(" "), { ...env, ...more }),
    tree: () => describeTree(root),
  };
}
