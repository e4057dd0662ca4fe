import type { GuardRefusal } from "./guards/guard.js";

/** A target is declared wrongly; every problem is in the message, one a line, with the key, the value and what is allowed. */
export class InvalidTargetError extends Error {
  readonly code = "ERR_INVALID_TARGET";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidTargetError";
    this.problems = problems;
  }
}

/** Which rule about roots was broken (retention.md §3). */
export type RootRule =
  | "not_absolute"
  | "missing"
  | "not_a_directory"
  | "symlink"
  | "file_system_root"
  | "home_directory"
  | "mount_point"
  | "overlap"
  | "writable_by_others"
  | "forbidden"
  | "unreadable";

/** A root no cleanup may work in; `rule` says why, the message names the path. */
export class RootRefusedError extends Error {
  readonly code = "ERR_ROOT_REFUSED";
  readonly root: string;
  readonly rule: RootRule;

  constructor(root: string, { rule, why, cause }: { rule: RootRule; why: string; cause?: unknown }) {
    super(`root ${JSON.stringify(root)} is refused: ${why}`, { cause });
    this.name = "RootRefusedError";
    this.root = root;
    this.rule = rule;
  }
}

/** The trash below a root is not a private directory of ours on the root's device; the message names the path. */
export class TrashRefusedError extends Error {
  readonly code = "ERR_TRASH_REFUSED";

  constructor(path: string, why: string, cause?: unknown) {
    super(`trash ${JSON.stringify(path)} is refused: ${why}`, { cause });
    this.name = "TrashRefusedError";
  }
}

/** A plan that no longer describes what is there: the root or the policy is not the one it was made for. */
export class PlanRefusedError extends Error {
  readonly code = "ERR_PLAN_REFUSED";

  constructor(planId: string, why: string) {
    super(`plan ${planId} is refused: ${why}`);
    this.name = "PlanRefusedError";
  }
}

/** Guards refuse a plan until somebody confirms it by its id; the message names them, their figures and the plan. */
export class GuardedError extends Error {
  readonly code = "ERR_GUARDED";

  constructor(planId: string, guards: readonly GuardRefusal[]) {
    const reasons = guards.map(({ guard, why }) => `${guard}: ${why}`).join("; ");
    super(`nothing was deleted: ${reasons}. If that is right, confirm plan ${planId}`);
    this.name = "GuardedError";
  }
}

/** The plan that somebody agreed to is no longer what would be done: look at the new one. */
export class StalePlanError extends Error {
  readonly code = "ERR_PLAN_STALE";

  constructor(agreedId: string, planId: string) {
    super(`plan ${JSON.stringify(agreedId)} is out of date: the plan is ${planId} now; nothing was touched`);
    this.name = "StalePlanError";
  }
}

/** The file system of a root turned read-only while a run was deleting: the rest waits for the next one. */
export class ReadOnlyError extends Error {
  readonly code = "read_only";

  constructor(root: string) {
    super(`the file system of ${JSON.stringify(root)} is read-only; nothing more was tried`);
    this.name = "ReadOnlyError";
  }
}

/** A run id that cannot safely be part of a file's name. */
export class InvalidRunIdError extends Error {
  readonly code = "ERR_INVALID_RUN_ID";

  constructor(runId: unknown) {
    super(`run id ${JSON.stringify(runId)}: 1 to 64 of A-Z a-z 0-9 . _ - are allowed, starting with a letter or digit`);
    this.name = "InvalidRunIdError";
  }
}

/** A session that cannot be written as asked; the message names the field, its value and what is allowed. */
export class InvalidSessionError extends Error {
  readonly code = "ERR_INVALID_SESSION";

  constructor(field: string, value: unknown, allowed: string) {
    super(`${field} is ${JSON.stringify(value) ?? String(value)}; allowed: ${allowed}`);
    this.name = "InvalidSessionError";
  }
}

/** The classified entries do not add up to the directory's listing: a bug, and no reason to delete anything. */
export class ScanMismatchError extends Error {
  readonly code = "ERR_SCAN_MISMATCH";

  constructor({ listed, classified, vanished }: { listed: number; classified: number; vanished: number }) {
    super(`${listed} entries listed, but ${classified} classified and ${vanished} vanished`);
    this.name = "ScanMismatchError";
  }
}
