import { hostname } from "node:os";
import {
  type CheckDefinition,
  createMemoryHistoryStore,
  type HistoryStore,
  InvalidCheckError,
  validateCheckSet,
} from "@caretaker/health";
import type { RedisTarget } from "@caretaker/redis-store";
import { type CleanupJournal, type RetentionTarget, type TargetLock, validateRoots } from "@caretaker/retention";
import type { Telemetry } from "bullmq";
import { retentionCheck, retentionCheckProblem } from "./cleanup/retention-check.js";
import type { CleanupHistory } from "./cleanup/target-teller.js";
import { InvalidWorkerError } from "./errors.js";
import type { WorkerLog } from "./log.js";
import { type NotifyOptions, type NotifySettings, notifyProblems, toNotifySettings } from "./notify/notify-options.js";

/** What a worker runs and where. */
export interface WorkerOptions {
  readonly checks?: readonly CheckDefinition[];
  readonly retention?: readonly RetentionTarget[];
  readonly redis: RedisTarget;
  /** Default `caretaker`. All workers under one prefix are one fleet with one set of checks. */
  readonly prefix?: string;
  /** Default the host's name. Tells whose machine a host-scope result is true for. */
  readonly hostId?: string;
  /** Shown on the dashboard. */
  readonly version?: string;
  readonly log: WorkerLog;
  /** Needed with retention targets. */
  readonly journal?: CleanupJournal;
  readonly lock?: TargetLock;
  /** The journal's ended runs; with it, one that could not be published when it ended is published later. */
  readonly history?: CleanupHistory;
  /** Where what the checks were is kept, as by @caretaker/sqlite-store; default in memory, and so only as long as Redis has it. */
  readonly statusHistory?: HistoryStore;
  /** Directories no retention root may be or contain. */
  readonly forbiddenRoots?: readonly string[];
  /** Traces each check and cleanup, as by bullmq-otel; default nobody. */
  readonly telemetry?: Telemetry;
  /** Tells changes of state to a webhook; default nobody. */
  readonly notify?: NotifyOptions;
}

/** A retention target that runs on this machine, with what its runs need. */
export interface WorkerTarget {
  readonly target: RetentionTarget;
  readonly journal: CleanupJournal;
  readonly lock: TargetLock;
  readonly history: CleanupHistory | null;
  readonly forbiddenRoots: readonly string[];
}

/** {@link WorkerOptions} checked and with every default filled in. */
export interface WorkerSettings extends Required<Pick<WorkerOptions, "checks" | "prefix" | "hostId" | "version">> {
  readonly redis: RedisTarget;
  readonly log: WorkerLog;
  readonly statusHistory: HistoryStore;
  /** `null`: nobody traces. */
  readonly telemetry: Telemetry | null;
  /** `null`: nobody is told. */
  readonly notify: NotifySettings | null;
  readonly targets: readonly WorkerTarget[];
  /** Those of other machines too: all workers of a fleet have the same checks, and each target has one. */
  readonly targetNames: readonly string[];
}

/**
 * Checks the options as a whole, and the roots of the targets that run on this machine.
 *
 * @throws {@link InvalidWorkerError} naming everything that is wrong, or `RootRefusedError`.
 */
export async function readWorkerOptions(options: WorkerOptions): Promise<WorkerSettings> {
  const { checks = [], prefix = "caretaker", hostId = hostname(), version = "unknown", redis, log } = options;
  const { journal, lock, history = null, forbiddenRoots = [] } = options;
  const { statusHistory = createMemoryHistoryStore(), telemetry = null } = options;
  const all = options.retention ?? [];
  const retention = all.filter(({ onHost }) => onHost === null || onHost === hostId);
  const targetNames = all.map(({ name }) => name);
  const problems = [...duplicateTargets(targetNames), ...checkProblems(checks, [...new Set(targetNames)])];
  const hasStores = journal !== undefined && lock !== undefined;
  if (retention.length > 0 && !hasStores) {
    problems.push("retention targets need a journal and a lock: pass both, for example from @caretaker/sqlite-store");
  }
  if (options.notify !== undefined) problems.push(...notifyProblems(options.notify));
  if (problems.length > 0) throw new InvalidWorkerError(problems);
  await validateRoots(retention, { forbiddenRoots });
  const targets = hasStores ? retention.map((target) => ({ target, journal, lock, history, forbiddenRoots })) : [];
  const notify = options.notify === undefined ? null : toNotifySettings(options.notify);
  return { checks, prefix, hostId, version, redis, log, statusHistory, telemetry, notify, targets, targetNames };
}

function checkProblems(checks: readonly CheckDefinition[], targetNames: readonly string[]): readonly string[] {
  const tooLong = targetNames.flatMap((name) => retentionCheckProblem(name) ?? []);
  if (tooLong.length > 0) return tooLong;
  try {
    validateCheckSet([...checks, ...targetNames.map((name) => retentionCheck(name, async () => null))]);
    return [];
  } catch (error) {
    if (error instanceof InvalidCheckError) return error.problems;
    throw error;
  }
}

// Also where each is for a machine of its own: the runs of both would wait in one queue.
function duplicateTargets(names: readonly string[]): readonly string[] {
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `retention target "${name}": the name is used twice; names are unique`);
}
