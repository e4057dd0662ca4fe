import { BALANCER_PROFILES, type BalancerName } from "@caretaker/health";
import { type Command, Option } from "commander";
import type { Answer } from "../answer.js";
import { budgetReport } from "../budget/budget-report.js";
import { renderBudget } from "../budget/render-budget.js";
import { chooseChecks } from "../choose-checks.js";
import { EXIT_CODES } from "../exit-codes.js";
import { openConfig } from "../open-config.js";
import type { Shell } from "../shell.js";
import { withExamples } from "../with-examples.js";

type Balancer = BalancerName | "none";

const BALANCERS = ["none", ...Object.keys(BALANCER_PROFILES)];

/** `caretaker budget [name…]`: how soon a change is noticed, from the configuration alone. */
export function registerBudget(program: Command, shell: Shell): void {
  const balancer = new Option("--balancer <name>", "the balancer in front; BALANCER unless given").choices(BALANCERS);
  const command = program
    .command("budget")
    .argument("[name...]", "the checks; all of the configuration unless named")
    .description("how soon a dependency's change is acted on, at best and at worst")
    .addOption(balancer)
    .action(async (names: string[], options: { balancer?: Balancer }) =>
      shell.answer(await budget(names, options.balancer, shell)),
    );
  withExamples(command, "budget", "budget --balancer haproxy", "budget database --json");
}

async function budget(names: readonly string[], asked: Balancer | undefined, { context }: Shell): Promise<Answer> {
  const { config, settings } = await openConfig(context);
  const balancer = asked ?? settings.balancer;
  const profile = balancer === "none" ? null : BALANCER_PROFILES[balancer];
  const report = budgetReport(chooseChecks(config.checks ?? [], names), { ...settings, profile });
  return { exitCode: EXIT_CODES.ok, data: report, text: (view) => renderBudget(report, view) };
}
