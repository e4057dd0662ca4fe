import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareDeletions } from "./compare-deletions.js";
import { comparePasses } from "./compare-passes.js";
import { type Comparison, formatComparison } from "./format-comparison.js";
import { parseSizes } from "./parse-sizes.js";

/**
 * `npm run bench -- retention [--sessions 10k,100k,1M] [--rounds 5] [--delete 10k] [--segments 1,9] [--cold] [--dir /tmp] [--json file]`: a
 * scheduled pass, a full audit and deletion beside the tools one would use instead.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const rounds = Number(values.rounds);
  const [most = 0] = parseSizes(values.delete);
  const directory = mkdtempSync(join(values.dir, "caretaker-bench-"));
  const comparisons: Comparison[] = [];
  const show = (comparison: Comparison) => {
    comparisons.push(comparison);
    console.log(`${formatComparison(comparison)}\n`);
  };
  try {
    for (const sessions of parseSizes(values.sessions)) {
      const size = { directory, sessions, rounds };
      for await (const comparison of comparePasses({ ...size, cold: values.cold })) show(comparison);
      for (const segments of parseSizes(values.segments))
        show(await compareDeletions({ ...size, segments, sessions: Math.min(sessions, most) }));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  console.log(
    `Medians of ${rounds} interleaved rounds, Node ${process.version}, ${availableParallelism()} cores. Quote the ratios.`,
  );
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ rounds, comparisons }, null, 2)}\n`);
}

const OPTIONS = {
  sessions: { type: "string", default: "1k" },
  rounds: { type: "string", default: "5" },
  delete: { type: "string", default: "10k" },
  cold: { type: "boolean", default: false },
  segments: { type: "string", default: "1" },
  dir: { type: "string", default: tmpdir() },
  json: { type: "string" },
} as const;
