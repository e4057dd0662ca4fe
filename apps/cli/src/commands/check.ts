import { performance } from "node:perf_hooks";
import type { Command } from "commander";
import type { Answer } from "../answer.js";
import { checkReport } from "../checks/check-report.js";
import { checksForNagios, renderChecks } from "../checks/render-checks.js";
import { runChecks } from "../checks/run-checks.js";
import { chooseChecks } from "../choose-checks.js";
import { EXIT_CODES } from "../exit-codes.js";
import { formatOption } from "../format-option.js";
import { openConfig } from "../open-config.js";
import { createProgress } from "../render/progress.js";
import type { Shell } from "../shell.js";
import { withExamples } from "../with-examples.js";

/** `caretaker check [name…]`: runs the checks once, here and now; the store is neither asked nor told. */
export function registerCheck(program: Command, shell: Shell): void {
  const command = program
    .command("check")
    .argument("[name...]", "the checks to run; all of the configuration unless named")
    .description("run checks once, here, with their timeouts enforced; exit 1 if a critical one fails")
    .addOption(formatOption())
    .action(async (names: string[]) => shell.answer(await check(names, shell)));
  withExamples(command, "check", "check database redis", "check --format nagios", "check --json");
}

async function check(names: readonly string[], { context }: Shell): Promise<Answer> {
  const { config, settings } = await openConfig(context);
  const checks = chooseChecks(config.checks ?? [], names);
  const progress = createProgress(context.stderr);
  const onDone = (done: number) => progress.say(`${done} of ${checks.length} checks`);
  onDone(0);
  const monotonicMs = () => performance.now();
  const { signal } = context;
  const finished = await runChecks(checks, { signal, monotonicMs, onDone }).finally(progress.clear);
  const report = checkReport(finished, settings.hostId);
  return {
    exitCode: report.verdict === "fail" ? EXIT_CODES.fail : EXIT_CODES.ok,
    data: report,
    text: (view) => renderChecks(report, view),
    nagios: checksForNagios(report),
  };
}
