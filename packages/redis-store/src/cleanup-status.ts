/** A cleanup that is going on. Times in ms. */
export interface RunningCleanup {
  readonly runId: string;
  readonly dryRun: boolean;
  /** What it is doing, in the retention core's words: `settling`, `scanning` or `deleting`; `starting` before that. */
  readonly phase: string;
  readonly startedAtMs: number;
  /** When this was published: a run that tells nothing for long has died. */
  readonly updatedAtMs: number;
  readonly done: number;
  /** 0 while nobody knows. */
  readonly of: number;
  readonly failed: number;
  readonly bytesFreed: number;
  /** Somebody has cancelled it: it ends after the session it is at. */
  readonly cancelling: boolean;
}

/** What is known of one retention target besides its runs. Times in ms. */
export interface TargetStatus {
  readonly target: string;
  /** The machine whose worker runs it; `null` if nobody has said. */
  readonly host: string | null;
  /** The interval or cron expression, as the user wrote it. */
  readonly schedule: string;
  readonly nextRunAtMs: number | null;
  /** How long after {@link TargetStatus.nextRunAtMs} a run counts as overdue. */
  readonly overdueAfterMs: number;
  /** The run that is going on, if one is. */
  readonly running: RunningCleanup | null;
}

/** One cleanup report as stored: its id, and the JSON the retention core made of it. */
export interface StoredReport {
  readonly runId: string;
  readonly [field: string]: unknown;
}

/** How long a run may wait for its worker before it is overdue, where its status does not say. */
const OVERDUE_AFTER_MS = 60_000;

/** A target's status as stored under its name, or `null` for anything that is not one; never throws. */
export function decodeTargetStatus(name: string, text: string): TargetStatus | null {
  const { target, host, schedule, nextRunAtMs, overdueAfterMs, running } = parseObject(text) ?? {};
  if (target !== name || typeof schedule !== "string") return null;
  return {
    target: name,
    host: typeof host === "string" ? host : null,
    schedule,
    nextRunAtMs: numberOr(nextRunAtMs, null),
    overdueAfterMs: numberOr(overdueAfterMs, OVERDUE_AFTER_MS),
    running: decodeRunning(running),
  };
}

/** A stored report, or `null` for anything that is not one; never throws. Its content is shown, never acted on. */
export function decodeReport(text: string): StoredReport | null {
  const report = parseObject(text);
  return typeof report?.["runId"] === "string" ? (report as StoredReport) : null;
}

/** The object a JSON text holds, or `null` for anything else; never throws. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A stored number, or what stands for one that is missing. */
export function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

// What an older worker did not tell yet is filled in: the run itself must be shown.
function decodeRunning(value: unknown): RunningCleanup | null {
  if (typeof value !== "object" || value === null) return null;
  const { runId, dryRun, phase, startedAtMs, updatedAtMs, done, of, failed, bytesFreed, cancelling } = value as Record<
    string,
    unknown
  >;
  const startedMs = numberOr(startedAtMs, null);
  if (typeof runId !== "string" || startedMs === null) return null;
  return {
    runId,
    dryRun: dryRun === true,
    phase: typeof phase === "string" ? phase : "starting",
    startedAtMs: startedMs,
    updatedAtMs: numberOr(updatedAtMs, startedMs),
    done: numberOr(done, 0),
    of: numberOr(of, 0),
    failed: numberOr(failed, 0),
    bytesFreed: numberOr(bytesFreed, 0),
    cancelling: cancelling === true,
  };
}
