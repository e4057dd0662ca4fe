import { type Command, InvalidArgumentError } from "commander";
import type { Answer } from "../../answer.js";
import { useRetention } from "../../open-retention.js";
import { runsAnswer, sessionAnswer } from "../../retention/history-answers.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention history <target> [session]`: what past runs did, or a session's life, from the journal. */
export function registerHistory(retention: Command, shell: Shell): void {
  const command = retention
    .command("history")
    .argument("<target>", "its name in the configuration")
    .argument("[session]", "its directory name: what was decided of it and done with it")
    .description("what past runs did, or one session's life, from the journal; needs no root")
    .option("--limit <count>", "at most this many runs", readLimit, 20)
    .action(async (name: string, session: string | undefined, options: HistoryOptions) =>
      shell.answer(await history({ name, session }, options, shell)),
    );
  withExamples(
    command,
    "retention history recordings",
    "retention history recordings call_20240101_103000",
    "retention history recordings --limit 100 --json",
  );
}

interface HistoryOptions {
  readonly limit: number;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 10_000) return limit;
  throw new InvalidArgumentError("Allowed is a whole number from 1 to 10000.");
}

interface Asked {
  readonly name: string;
  readonly session: string | undefined;
}

async function history({ name, session }: Asked, { limit }: HistoryOptions, { context }: Shell): Promise<Answer> {
  return await useRetention(context, { name, needsRoot: false }, (open) =>
    session === undefined ? runsAnswer(open, limit) : sessionAnswer(open, session),
  );
}
