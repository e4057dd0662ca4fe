import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What a command took; the processor time is that of all its processes. */
export interface CommandCost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs a line of bash, its output thrown away; throws with what it complained about when it fails. */
export async function runCommand(line: string, input?: string): Promise<CommandCost> {
  // Node does not tell what its children cost, and bash does so without another program.
  const script = `TIMEFORMAT='%3R %3U %3S'; { time { ${line}; } >/dev/null 2>&3; } 3>/dev/null`;
  const child = spawn("bash", ["-o", "pipefail", "-c", script], { stdio: ["pipe", "ignore", "pipe"], env: PLAIN });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  const [real = Number.NaN, user = Number.NaN, system = Number.NaN] = told.trim().split(" ").map(Number);
  if (code !== 0 || Number.isNaN(system)) throw new Error(`${line}: exit ${String(code)}, ${told}`);
  return { wallMs: real * 1_000, cpuMs: (user + system) * 1_000 };
}

// Decimal points, whatever the machine's language.
const PLAIN = { ...process.env, LC_ALL: "C" };
