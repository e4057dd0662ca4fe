import type { Command } from "commander";
import { readCliSettings, shownRedisUrl } from "../settings.js";
import type { Shell } from "../shell.js";
import { renderStatus } from "../status/render-status.js";
import { statusOfStore } from "../status/status-of-store.js";
import { openStore } from "../store/open-store.js";
import { renderChange } from "../watch/render-change.js";
import type { StatusChange } from "../watch/status-changes.js";
import { type WatchOptions, watchStatus } from "../watch/watch-status.js";
import { withExamples } from "../with-examples.js";

/** `caretaker watch`: the status until it is interrupted, redrawn on a terminal, else a line for each change. */
export function registerWatch(program: Command, shell: Shell): void {
  const command = program
    .command("watch")
    .description("the status as it changes, until interrupted (exit 130); with --json one document a line")
    .action(async () => watch(shell));
  withExamples(command, "watch", "watch --json | jq .", "watch > changes.log");
}

async function watch(shell: Shell): Promise<void> {
  const { context } = shell;
  const settings = readCliSettings(context.env);
  const store = await openStore(settings, context.signal);
  const look = () => statusOfStore(store, shownRedisUrl(settings));
  const isDrawn = shell.format === "text" && context.stdout.isTerminal;
  try {
    await watchStatus({ look, signal: context.signal, ...(isDrawn ? drawn(shell) : listed(shell)) });
  } finally {
    store.reader.stop();
  }
}

type Telling = Pick<WatchOptions, "onChange" | "refreshMs">;

/** Home, the text over the old one line by line, then whatever stood below is cleared: nothing flickers. */
function drawn({ context, view }: Shell): Telling {
  let isFirst = true;
  const onChange: Telling["onChange"] = async (_changes, report) => {
    const lines = renderStatus(report, view()).split("\n");
    await context.stdout.write(`${isFirst ? "\u001b[2J" : ""}\u001b[H${lines.join("\u001b[K\n")}\u001b[K\n\u001b[J`);
    isFirst = false;
  };
  // Ages go on without any change.
  return { onChange, refreshMs: 1_000 };
}

function listed({ context, format, view }: Shell): Telling {
  const line = (change: StatusChange) => (format === "json" ? JSON.stringify(change) : renderChange(change, view()));
  const onChange: Telling["onChange"] = (changes) =>
    context.stdout.write(changes.map((change) => `${line(change)}\n`).join(""));
  return { onChange, refreshMs: null };
}
