/** A worker is started with settings that do not fit together; the message says which. */
export class InvalidWorkerError extends Error {
  readonly code = "ERR_INVALID_WORKER";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidWorkerError";
    this.problems = problems;
  }
}
