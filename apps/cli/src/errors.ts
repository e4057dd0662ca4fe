import { EXIT_CODES } from "./exit-codes.js";

/** Something the caller of the command can mend; the message says what, and `exitCode` is what the process ends with. */
export abstract class CliError extends Error {
  abstract readonly code: string;
  readonly exitCode: number = EXIT_CODES.fail;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A name on the command line that the configuration, or the store, does not know. */
export class UnknownNameError extends CliError {
  readonly code = "ERR_UNKNOWN_NAME";
  override readonly exitCode = EXIT_CODES.usage;

  constructor(what: "check" | "target", names: readonly string[], known: readonly string[]) {
    const list = names.map((name) => JSON.stringify(name)).join(", ");
    super(`no such ${what}: ${list}; known: ${known.length === 0 ? "none" : known.join(", ")}`);
  }
}

/** Options that do not go together, or a value that an option does not take. */
export class UsageError extends CliError {
  readonly code = "ERR_USAGE";
  override readonly exitCode = EXIT_CODES.usage;
}

/** Redis did not answer in time. */
export class StoreUnreachableError extends CliError {
  readonly code = "ERR_STORE_UNREACHABLE";
}

/** The API could not be asked, refused, or answered something else than a status. */
export class ApiFailedError extends CliError {
  readonly code = "ERR_API_FAILED";
}

/** The target runs on another machine, which has its disk. */
export class TargetElsewhereError extends CliError {
  readonly code = "ERR_TARGET_ELSEWHERE";

  constructor(target: string, onHost: string, hostId: string) {
    const [name, there, here] = [target, onHost, hostId].map((text) => JSON.stringify(text));
    super(`target ${name} is for the machine ${there} alone; this one is ${here} (HOST_ID)`);
  }
}

/** The configuration has two targets of one name. */
export class AmbiguousTargetError extends CliError {
  readonly code = "ERR_AMBIGUOUS_TARGET";
  override readonly exitCode = EXIT_CODES.usage;

  constructor(target: string) {
    super(`the configuration has two targets named ${JSON.stringify(target)}; names are unique`);
  }
}

/** Work on a target that was refused or broke off; `code` is the core's own. */
export class RetentionFailedError extends CliError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whoever was asked did not say yes. */
export class DeclinedError extends CliError {
  readonly code = "ERR_DECLINED";

  constructor() {
    super("not confirmed; nothing was touched");
  }
}

/** SIGINT or SIGTERM: the work stopped between two steps. */
export class InterruptedError extends CliError {
  readonly code = "ERR_INTERRUPTED";
  override readonly exitCode = EXIT_CODES.interrupted;

  constructor() {
    super("interrupted");
  }
}
