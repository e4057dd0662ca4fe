import type { Command } from "commander";
import type { Answer } from "../../answer.js";
import { useRetention } from "../../open-retention.js";
import { counted } from "../../render/counted.js";
import { adoptionsAnswer, adoptSessions, planAdoptions } from "../../retention/adopt-sessions.js";
import { askFirst, type Consent, needConsent } from "../../retention/ask-first.js";
import { journalReason } from "../../retention/journal-reason.js";
import { renderAdoptions } from "../../retention/render-adoptions.js";
import type { Shell } from "../../shell.js";
import { withExamples } from "../../with-examples.js";

/** `caretaker retention adopt <target> <session…>`: writes the markers of sessions whose recorder never did. */
export function registerAdopt(retention: Command, shell: Shell): void {
  const command = retention
    .command("adopt")
    .argument("<target>", "its name in the configuration")
    .argument("<session...>", "directory names below the root")
    .description("show the markers of sessions that have none, and write them after asking; exit 3 if not all could be")
    .option("--yes", "do not ask; needed to write where nobody sits at a terminal")
    .option("--dry-run", "show the markers and write nothing")
    .option("--reason <text>", "why, for the journal")
    .action(async (name: string, sessions: string[], options: AdoptCommandOptions) =>
      shell.answer(await adopt({ name, sessions }, options, shell)),
    );
  withExamples(
    command,
    "retention adopt recordings call_20240101_103000",
    "retention adopt recordings call_20240101_103000 --dry-run",
  );
}

interface AdoptCommandOptions extends Consent {
  readonly dryRun?: boolean;
  readonly reason?: string;
}

interface Adoptees {
  readonly name: string;
  readonly sessions: readonly string[];
}

async function adopt({ name, sessions }: Adoptees, options: AdoptCommandOptions, shell: Shell): Promise<Answer> {
  const { context, view } = shell;
  if (options.dryRun !== true) needConsent(options, context);
  return await useRetention(context, { name, needsRoot: true }, async (open) => {
    const planned = await planAdoptions(open, sessions, context);
    const ready = planned.filter(({ status }) => status === "planned").length;
    if (options.dryRun === true || ready === 0) return adoptionsAnswer(planned, open);
    if (options.yes !== true) {
      await context.stderr.write(`${renderAdoptions(planned, view())}\n`);
      await askFirst(`Write ${counted(ready, "marker")}?`, options, context);
    }
    return adoptionsAnswer(await adoptSessions(open, planned, journalReason(options.reason, context), context), open);
  });
}
