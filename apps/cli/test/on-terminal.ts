import { spawnSync } from "node:child_process";
import { ENTRY } from "./cli-process.ts";
import { spawnGroup } from "./spawn-group.ts";

/** Why a test of a terminal is skipped. */
export const NO_TERMINAL = "no script(1) of util-linux was found";

/** A terminal is not to be had without a tool; the one of util-linux takes the command as {@link onTerminal} passes it. */
export function hasTerminal(): boolean {
  return spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") ?? false;
}

/** A command whose standard streams are a terminal of this width; what is typed goes to `type`. */
export function onTerminal(
  command: string,
  { columns, env }: { readonly columns: number; readonly env: Readonly<Record<string, string>> },
) {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  const line = `stty cols ${columns} rows 40; exec "${process.execPath}" "${ENTRY}" ${command}`;
  const { child, out, exit } = spawnGroup("script", ["-qefc", line, "/dev/null"], {
    ...inherited,
    TERM: "xterm",
    ...env,
  });
  return { text: out, type: (keys: string) => child.stdin.write(keys), exit };
}
