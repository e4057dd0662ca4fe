import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
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
    // As where a clone usually is: some tests run something as another user, whom it must let in.
    chmodSync(directory, 0o755);
    if (!quick) execFileSync("git", ["clone", "--quiet", ROOT, clone]);
    // What a build remembers of another checkout must not count: the clone has a cache of its own.
    const place: Place = quick
      ? { cwd: ROOT, env: process.env }
      : { cwd: clone, env: { ...process.env, TURBO_CACHE_DIR: ".turbo/cache" } };
    const data = join(directory, "data");
    // As `npm start` does it: the one script that is needed, the native module's, it runs itself and tells the time of.
    if (!quick) await step("`npm ci --ignore-scripts`", () => run(["npm", "ci", "--ignore-scripts"], place));
    for (const which of ["first", "second"])
      took.push([`${which} \`npm start\`, until it is ready`, await start(data, place)]);
    if (!quick) await step("`npm test`, cold", () => run(["npm", "test"], place));
    if (!quick) await step("`npm test`, warm", () => run(["npm", "test"], place));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const rows = took.map(([name, seconds]) => [name, seconds.toFixed(1)]);
  return { tables: [["Build and test loop", markdownTable(["step", "seconds"], rows)]], figures: { took } };
};

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const LONGEST_MS = 30 * 60_000;

/** How many characters of what a failed step has said are worth showing. */
const SHOWN = 8_000;

async function run([command = "", ...args]: readonly string[], { cwd, env }: Place): Promise<void> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], timeout: LONGEST_MS });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${String(code)}:\n${said.slice(-SHOWN)}`);
}

/** Starts the system, ends it as soon as it has said that it is ready, and gives the seconds until then. */
async function start(dataDir: string, { cwd, env }: Place): Promise<number> {
  const startMs = performance.now();
  const args = [...START, dataDir];
  const child = spawn("npm", args, { cwd, env, stdio: ["pipe", "pipe", "ignore"], timeout: LONGEST_MS });
  const closed = once(child, "close");
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), closed])) as unknown[];
  const seconds = (performance.now() - startMs) / 1_000;
  child.stdin.end("quit\n");
  await closed;
  if (typeof line !== "string") throw new Error(`npm start ended with ${String(line)} before it was ready`);
  return seconds;
}
