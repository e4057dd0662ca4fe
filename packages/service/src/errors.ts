/** The environment holds values that are not allowed; every problem is in the message, one a line. Apps exit 78. */
export class InvalidSettingsError extends Error {
  readonly code = "ERR_INVALID_SETTINGS";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidSettingsError";
    this.problems = problems;
  }
}
