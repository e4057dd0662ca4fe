import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import type { Part } from "./shared/part.js";

const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  liveness: async () => (await import("./probes/main.js")).liveness,
  readiness: async () => (await import("./probes/main.js")).readiness,
  "start-up": async () => (await import("./start-up/main.js")).startUp,
  propagation: async () => (await import("./propagation/main.js")).propagation,
  worker: async () => (await import("./worker/main.js")).worker,
  fleet: async () => (await import("./fleet/main.js")).fleet,
  loop: async () => (await import("./loop/main.js")).loop,
};

/** Those that take minutes of a whole machine, and so run only when they are asked for. */
const ONLY_ALONE: readonly string[] = ["loop"];

/**
 * `npm run bench [-- part…] [--quick] [--json file]`: the parts one after the other, all but the slow one unless named.
 * A part that fails is told of and counts as a failure of the whole; the others still run.
 */
export async function runParts(args: readonly string[]): Promise<void> {
  const options = { quick: { type: "boolean", default: false }, json: { type: "string", default: RESULT } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS).filter((name) => !ONLY_ALONE.includes(name));
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`no such part: ${unknown.join(", ")}; there are: retention, ${Object.keys(PARTS).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  const results: Record<string, object> = {};
  for (const name of names) results[name] = await runPart(name, values.quick);
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
  console.log(`${machine().text}. Quote the ratios. All figures: ${values.json}`);
}

const RESULT = "bench/results/latest.json";

async function runPart(name: string, quick: boolean): Promise<object> {
  const startMs = performance.now();
  try {
    const part = await PARTS[name]?.();
    const result = await part?.({ quick });
    for (const [title, table] of result?.tables ?? []) console.log(`**${title}**\n\n${table}\n`);
    for (const line of result?.skipped ?? []) console.log(`left out: ${line}\n`);
    console.log(`(${name}: ${((performance.now() - startMs) / 1_000).toFixed(0)} s)\n`);
    return result?.figures ?? {};
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name} failed:`, error);
    return { failed: String(error) };
  }
}

function machine() {
  const [cpu] = cpus();
  const memoryGb = Math.round(totalmem() / 1e9);
  const text = `Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? "unknown"}), ${memoryGb} GB`;
  return { text, node: process.version, cores: cpus().length, cpu: cpu?.model, memoryGb };
}
