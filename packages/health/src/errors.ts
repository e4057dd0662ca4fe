/** One or more checks are declared wrongly; every problem is in the message, one a line. */
export class InvalidCheckError extends Error {
  readonly code = "ERR_INVALID_CHECK";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidCheckError";
    this.problems = problems;
  }
}
