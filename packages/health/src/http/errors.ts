/** The options of the probes are wrong; every problem is in the message, one a line. */
export class InvalidProbeOptionsError extends Error {
  readonly code = "ERR_INVALID_PROBE_OPTIONS";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidProbeOptionsError";
    this.problems = problems;
  }
}
