import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { createProgram } from "./create-program.js";
import { createShell } from "./shell.js";

const screen = { isTerminal: false, columns: null, write: async () => undefined };
const context = {
  ...{ env: {}, cwd: "/", stdout: screen, stderr: screen, ask: null },
  ...{ signal: new AbortController().signal, nowMs: () => 0 },
};
const text = readFileSync(fileURLToPath(new URL("../../../docs/cli.md", import.meta.url)), "utf8");

function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

function pathOf(command: Command): string {
  return command.parent === null ? "" : `${pathOf(command.parent)}${command.name()} `;
}

const COMMANDS = allOf(createProgram(createShell([], context)));

it.each(COMMANDS.filter(({ commands, parent }) => commands.length === 0 && parent !== null).map(pathOf))(
  "docs/cli.md tells of %s",
  (path) => {
    expect(text).toMatch(new RegExp(`^\\| \`${path.trim()}[ \`]`, "m"));
  },
);

it.each(COMMANDS.flatMap((command) => command.options.map(({ long }) => [pathOf(command), String(long)])))(
  "docs/cli.md tells of caretaker %s%s",
  (_path, long) => {
    if (long !== "--version") expect(text).toContain(`\`${long}`);
  },
);
