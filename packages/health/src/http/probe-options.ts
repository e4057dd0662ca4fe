import type { Guard } from "../guard.js";
import type { Lifecycle } from "../lifecycle.js";
import type { SnapshotSource } from "../snapshot.js";
import { InvalidProbeOptionsError } from "./errors.js";
import type { ProbeRequest } from "./probe-request.js";
import { DETAILS, type Detail, type ServiceIdentity } from "./readiness-body.js";

/** What the probes answer from, and how much they tell. */
export interface ProbeOptions<R extends ProbeRequest = ProbeRequest> extends ServiceIdentity {
  readonly source: SnapshotSource;
  readonly lifecycle: Lifecycle;
  /** This machine: host results of others are not counted. */
  readonly hostId: string;
  /** Default `status`. `full` without `authorize` is full for everybody; with it, only for those it admits. */
  readonly detail?: Detail;
  /** Who may see full detail, asked only where that is wanted; a throw or a rejection is a no. */
  readonly authorize?: (request: R) => boolean | Promise<boolean>;
  /** Default `false`: `/health` answers in the old format, for clients that still read it. */
  readonly legacyBody?: boolean;
  /** Default none: what stands before every path, `/internal` for instance. */
  readonly basePath?: string;
  /** Default 30,000: for how long a start may answer `starting` before the checks alone decide. */
  readonly startupGraceMs?: number;
  /** Default none: holds back a failure that would take too many instances out at once (docs/guard.md). */
  readonly guard?: Guard;
  /** Default `performance.now`: a monotonic clock in ms. */
  readonly now?: () => number;
  /** Told what was thrown inside an answer that therefore became 503, or inside `authorize`. */
  readonly onError?: (error: unknown) => void;
}

/** {@link ProbeOptions} with every default filled in. */
export interface ProbeSettings<R extends ProbeRequest> {
  readonly source: SnapshotSource;
  readonly lifecycle: Lifecycle;
  readonly hostId: string;
  readonly detail: Detail;
  readonly authorize: ((request: R) => boolean | Promise<boolean>) | null;
  readonly legacyBody: boolean;
  readonly basePath: string;
  readonly startupGraceMs: number;
  readonly guard: Guard | null;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  readonly identity: ServiceIdentity;
}

const MAX_IDENTITY_LENGTH = 256;

/**
 * The options with their defaults.
 *
 * @throws {@link InvalidProbeOptionsError} naming every option that is wrong, its value and what is allowed.
 */
export function readProbeOptions<R extends ProbeRequest>(options: ProbeOptions<R>): ProbeSettings<R> {
  const { detail = "status", basePath = "", startupGraceMs = 30_000, serviceId, version, releaseId } = options;
  const identity = {
    ...(serviceId === undefined ? {} : { serviceId }),
    ...(version === undefined ? {} : { version }),
    ...(releaseId === undefined ? {} : { releaseId }),
  };
  const problems = [...missingIn(options), ...problemsOf({ detail, basePath, startupGraceMs, identity })];
  if (problems.length > 0) throw new InvalidProbeOptionsError(problems);
  return {
    source: options.source,
    lifecycle: options.lifecycle,
    hostId: options.hostId,
    detail,
    authorize: options.authorize ?? null,
    legacyBody: options.legacyBody ?? false,
    basePath: basePath.replace(/\/$/, ""),
    startupGraceMs,
    guard: options.guard ?? null,
    now: options.now ?? (() => performance.now()),
    onError: harmless(options.onError),
    identity,
  };
}

/** Whoever is told of errors must not turn a 503 into a broken connection. */
function harmless(onError: (error: unknown) => void = () => undefined): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch {
      // The one place where an error ends unseen: its own reporter is what failed.
    }
  };
}

// Without types nobody says that these are needed, and a probe would be 503 for a reason that nobody sees.
function missingIn({ source, lifecycle, hostId }: Pick<ProbeOptions, "source" | "lifecycle" | "hostId">): string[] {
  const problems: string[] = [];
  if (!hasMethods(source, ["current", "nowMs"])) {
    problems.push(`source is ${show(source)}; what startSnapshotReader() returns is allowed`);
  }
  if (!hasMethods(lifecycle, ["state"])) {
    problems.push(`lifecycle is ${show(lifecycle)}; what createLifecycle() returns is allowed`);
  }
  if (typeof hostId !== "string" || hostId === "") {
    problems.push(`hostId is ${show(hostId)}; this machine's name is allowed, as its worker has it`);
  }
  return problems;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof (value as Record<string, unknown> | undefined)?.[name] === "function");
}

type Checked = Pick<ProbeSettings<ProbeRequest>, "detail" | "basePath" | "startupGraceMs" | "identity">;

function problemsOf({ detail, basePath, startupGraceMs, identity }: Checked): string[] {
  const problems: string[] = [];
  // A misspelt detail must not be guessed at: the guess could tell too much.
  if (!DETAILS.includes(detail)) problems.push(`detail is ${show(detail)}; allowed: ${DETAILS.join(", ")}`);
  if (basePath !== "" && !/^\/[^?#]*$/.test(basePath)) {
    problems.push(`basePath is ${show(basePath)}; it must begin with "/" and have no query`);
  }
  if (!(startupGraceMs >= 0)) problems.push(`startupGraceMs is ${show(startupGraceMs)}; 0 or more is allowed`);
  for (const [name, value] of Object.entries(identity)) {
    if (typeof value !== "string" || value.length > MAX_IDENTITY_LENGTH) {
      problems.push(`${name} is ${show(value)}; a text of at most ${MAX_IDENTITY_LENGTH} characters is allowed`);
    }
  }
  return problems;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
