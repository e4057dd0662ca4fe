import type { Command } from "commander";
import type { Answer } from "../answer.js";
import { EXIT_CODES } from "../exit-codes.js";
import { explainNow, explainPast } from "../explain/explain-report.js";
import { renderExplain } from "../explain/render-explain.js";
import { readCliSettings } from "../settings.js";
import type { Shell } from "../shell.js";
import { openStore } from "../store/open-store.js";
import { withExamples } from "../with-examples.js";

/** `caretaker explain <check>`: the chain from the last outcomes to the status code, now or for a past change. */
export function registerExplain(program: Command, shell: Shell): void {
  const command = program
    .command("explain")
    .argument("<check>", "its name")
    .description("why a check counts as it does: outcomes, counters, state, freshness, contribution, status code")
    .option("--at <transition>", "why it changed then; the ids are listed without this option")
    .action(async (name: string, { at }: { at?: string }) => shell.answer(await explainCheck(name, at, shell)));
  withExamples(command, "explain database", "explain database --at 1764000000000-0", "explain database --json");
}

async function explainCheck(name: string, at: string | undefined, { context }: Shell): Promise<Answer> {
  const settings = readCliSettings(context.env);
  const store = await openStore(settings, context.signal);
  try {
    const past = { name, id: at ?? "", hostId: settings.hostId };
    const report = at === undefined ? await explainNow(store, name) : await explainPast(store, past);
    return { exitCode: EXIT_CODES.ok, data: report, text: (view) => renderExplain(report, view) };
  } finally {
    store.reader.stop();
  }
}
