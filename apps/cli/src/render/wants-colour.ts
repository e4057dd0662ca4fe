/** What decides about colours. */
export interface ColourChoice {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/** `--no-color` first, then `NO_COLOR`, then `FORCE_COLOR` (no-color.org); else a terminal that can. */
export function wantsColour({ args, env, isTerminal }: ColourChoice): boolean {
  if (args.includes("--no-color") || isSet(env["NO_COLOR"])) return false;
  const forced = env["FORCE_COLOR"];
  if (isSet(forced)) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
