/** How an answer is printed. */
export type OutputFormat = "text" | "json" | "nagios";

/**
 * What the arguments ask for. Read off them and not off the parser, because a command line that cannot be parsed is told
 * in the asked format too.
 */
export function outputFormatOf(args: readonly string[]): OutputFormat {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  const follows = options[options.indexOf("--format") + 1] === "nagios" && options.includes("--format");
  if (follows || options.includes("--format=nagios")) return "nagios";
  return options.includes("--json") ? "json" : "text";
}
