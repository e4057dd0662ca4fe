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

/** Something is asked of a target that no worker could do; the message names the value and what is allowed. */
export class InvalidRequestError extends Error {
  readonly code = "ERR_INVALID_REQUEST";

  constructor(what: string, value: unknown, allowed: string) {
    super(`${what} is ${JSON.stringify(value) ?? String(value)}; allowed: ${allowed}`);
    this.name = "InvalidRequestError";
  }
}

/** Somebody cancelled the run: the reason a run's signal aborts with. */
export class RunCancelledError extends Error {
  readonly code = "cancelled";

  constructor(reason: string) {
    super(`cancelled: ${reason}`);
    this.name = "RunCancelledError";
  }
}

/** The worker is stopping: the reason the signal of all its work aborts with. */
export class WorkerStoppingError extends Error {
  readonly code = "worker_stopping";

  constructor() {
    super("the worker is stopping");
    this.name = "WorkerStoppingError";
  }
}

/** A notice was not accepted. The message says why by code or status, never with an address: the queue keeps it. */
export class NoticeRefusedError extends Error {
  readonly code = "notice_refused";

  constructor(reason: string) {
    super(`the receiver did not accept the notice: ${reason}`);
    this.name = "NoticeRefusedError";
  }
}
