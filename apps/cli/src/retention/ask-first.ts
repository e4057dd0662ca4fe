import type { CliContext } from "../context.js";
import { DeclinedError, UsageError } from "../errors.js";

/** Whether `--yes` was given. */
export interface Consent {
  readonly yes?: boolean;
}

/**
 * Makes sure, before anything is looked at, that there is `--yes` or somebody to ask.
 *
 * @throws UsageError.
 */
export function needConsent({ yes }: Consent, { ask }: Pick<CliContext, "ask">): void {
  if (yes === true || ask !== null) return;
  throw new UsageError("nobody sits at a terminal to be asked; --yes goes on without asking");
}

/**
 * Asks, unless `--yes` was given.
 *
 * @throws DeclinedError unless the answer is yes; InterruptedError.
 */
export async function askFirst(question: string, { yes }: Consent, { ask }: Pick<CliContext, "ask">): Promise<void> {
  if (yes === true) return;
  const answer = await ask?.(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer?.trim() ?? "")) throw new DeclinedError();
}
