import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { CASES } from "./cases.js";
import { formatTable } from "./format-table.js";
import { measure } from "./measure.js";
import { pinLoad } from "./pin-load.js";
import { summarize } from "./summarize.js";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, json: { type: "string" } } });

const pinned = pinLoad();
const options = values.quick
  ? { rounds: 3, warmUpMs: 300, durationMs: 100, pinned }
  : { rounds: 15, warmUpMs: 1_000, durationMs: 200, pinned };
const summaries = summarize(await measure(CASES, options));
console.log(formatTable(summaries));
console.log(
  `\nMedians of ${options.rounds} interleaved rounds on Node ${process.version}, ` +
    `${pinned ? "server and load on a core each" : "processes not pinned"}. Quote the ratios.`,
);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ options, summaries }, null, 2)}\n`);
