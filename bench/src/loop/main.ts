import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { markdownTable } from "../shared/markdown-table.js";
import type { Part } from "../shared/part.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const START = ["start", "--", "--port", "0", "--no-demo", "--json", "--data-dir"];

/**
 * What a person waits for: installing, starting and testing in a clone of what is committed, each once, since it takes
 * minutes. Quick, it starts this checkout twice and leaves out the rest.
 */
export const loop: Part = async ({ quick }) => {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-bench-loop-"));
  const clone = join(directory, "clone");
  const took: [step: string, seconds: number][] = [];
  const step = async (name: string, work: () => Promise<void>) => {
    const startMs = performance.now();
    await work();
    took.push([name, (performance.now() - startMs) / 1_000]);
  };
  try {
    if (!quick) execFileSync("git", ["clone", "--quiet", ROOT, clone]);
    const cwd = quick ? ROOT : clone;
    const data = join(directory, "data");
    if (!quick) await step("`npm ci`", () => run("npm", ["ci"], cwd));
    for (const which of ["first", "second"])
      took.push([`${which} \`npm start\`, until it is ready`, await start(cwd, data)]);
    if (!quick) await step("`npm test`, cold", () => run("npm", ["test"], cwd));
    if (!quick) await step("`npm test`, warm", () => run("npm", ["test"], cwd));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const rows = took.map(([name, seconds]) => [name, seconds.toFixed(1)]);
  return { tables: [["Build and test loop", markdownTable(["step", "seconds"], rows)]], figures: { took } };
};

const LONGEST_MS = 20 * 60_000;

// What a build remembers of another checkout must not count: the clone has a cache of its own.
const ENV = { ...process.env, TURBO_CACHE_DIR: ".turbo/cache" };

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, env: ENV, stdio: ["ignore", "ignore", "inherit"], timeout: LONGEST_MS });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}`);
}

/** Starts the system, ends it as soon as it has said that it is ready, and gives the seconds until then. */
async function start(cwd: string, dataDir: string): Promise<number> {
  const startMs = performance.now();
  const args = [...START, dataDir];
  const child = spawn("npm", args, { cwd, env: ENV, stdio: ["pipe", "pipe", "ignore"], timeout: LONGEST_MS });
  const closed = once(child, "close");
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), closed])) as unknown[];
  const seconds = (performance.now() - startMs) / 1_000;
  child.stdin.end("quit\n");
  await closed;
  if (typeof line !== "string") throw new Error(`npm start ended with ${String(line)} before it was ready`);
  return seconds;
}
