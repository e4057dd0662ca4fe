import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { CASES } from "./cases.js";
import { formatTable } from "./format-table.js";
import { measure } from "./measure.js";
import { pinLoad } from "./pin-load.js";
import { summarize } from "./summarize.js";

/** `npm run bench [-- --quick] [--json file]`: what a probe costs the server, beside what one would use instead. */
export async function probeCost(args: readonly string[]): Promise<void> {
  const options = { quick: { type: "boolean", default: false }, json: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const pinned = pinLoad();
  const how = values.quick
    ? { rounds: 3, warmUpMs: 300, durationMs: 100, pinned }
    : { rounds: 15, warmUpMs: 1_000, durationMs: 200, pinned };
  const summaries = summarize(await measure(CASES, how));
  console.log(formatTable(summaries));
  console.log(
    `\nMedians of ${how.rounds} interleaved rounds on Node ${process.version}, ` +
      `${pinned ? "server and load on a core each" : "processes not pinned"}. Quote the ratios.`,
  );
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ options: how, summaries }, null, 2)}\n`);
}
