import { listTrash, restoreSession } from "@caretaker/retention";
import type { Command } from "commander";
import type { Answer } from "../../answer.js";
import { RetentionFailedError, UsageError } from "../../errors.js";
import { EXIT_CODES } from "../../exit-codes.js";
import { type OpenRetention, useRetention } from "../../open-retention.js";
import { humanTime } from "../../render/human.js";
import { printable } from "../../render/printable.js";
import { journalReason } from "../../retention/journal-reason.js";
import { needInTrash } from "../../retention/need-in-trash.js";
import { newRunId } from "../../retention/new-run-id.js";
import { renderTrash } from "../../retention/render-trash.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention restore <target> [session]`: brings a session back from the trash, or lists what waits there. */
export function registerRestore(retention: Command, shell: Shell): void {
  const command = retention
    .command("restore")
    .argument("<target>", "its name in the configuration")
    .argument("[session]", "its directory name, or its claim's id where several had that name")
    .description("bring a session back from the trash under its name; without one, list what waits there")
    .option("--list", "list what waits, and until when; touches nothing")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string, session: string | undefined, options: RestoreCommandOptions) => {
      if (options.list === true && session !== undefined) throw new UsageError("--list takes no session");
      const work = session === undefined ? list : (open: OpenRetention) => restore(open, session, options, shell);
      await shell.answer(await useRetention(shell.context, { name, needsRoot: true }, work));
    });
  withExamples(command, "retention restore recordings --list", "retention restore recordings call_20240101_103000");
}

interface RestoreCommandOptions {
  readonly list?: boolean;
  readonly reason?: string;
}

async function list({ target }: OpenRetention): Promise<Answer> {
  const sessions = await listTrash(target);
  const data = { target: target.name, root: target.root, sessions };
  return { exitCode: EXIT_CODES.ok, data, text: (view) => renderTrash(sessions, view) };
}

async function restore(
  { target, journal, lock }: OpenRetention,
  session: string,
  options: RestoreCommandOptions,
  { context }: Shell,
): Promise<Answer> {
  const { nowMs } = context;
  await needInTrash(target, session);
  const about = { runId: newRunId(nowMs()), reason: journalReason(options.reason, context) };
  const result = await restoreSession(target, { session, journal, lock, nowMs, ...about });
  if (result.status === "refused") {
    throw new RetentionFailedError(
      `ERR_${result.code.toUpperCase()}`,
      `${JSON.stringify(session)} is not restored: ${result.why}`,
    );
  }
  const until = humanTime(result.pinnedUntilMs);
  const text = `restored ${printable(result.id)}: no run takes it until ${until}`;
  return { exitCode: EXIT_CODES.ok, data: { target: target.name, ...result }, text: () => text };
}
