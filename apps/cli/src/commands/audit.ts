import type { Command } from "commander";
import type { Answer } from "../answer.js";
import { auditTargets, type TargetAudit } from "../audit/audit-targets.js";
import { renderAudits } from "../audit/render-audits.js";
import { EXIT_CODES } from "../exit-codes.js";
import type { Shell } from "../shell.js";
import { withExamples } from "../with-examples.js";

/** `caretaker audit [target]`: the journal against what is on disk. */
export function registerAudit(program: Command, shell: Shell): void {
  const command = program
    .command("audit")
    .argument("[target]", "its name in the configuration; all targets unless named")
    .description("read every marker and hold the journal against what is on disk; exit 1 if they disagree")
    .action(async (name: string | undefined) => shell.answer(await audit(name, shell)));
  withExamples(command, "audit", "audit recordings --json");
}

async function audit(name: string | undefined, { context }: Shell): Promise<Answer> {
  const targets = await auditTargets(name, context);
  const exitCode = targets.every(isSound) ? EXIT_CODES.ok : EXIT_CODES.fail;
  return { exitCode, data: { targets }, text: (view) => renderAudits(targets, view) };
}

function isSound(audited: TargetAudit): boolean {
  return audited.status === "elsewhere" || (audited.status === "audited" && audited.disagreementCount === 0);
}
