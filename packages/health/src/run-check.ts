import { setMaxListeners } from "node:events";
import type { CheckDefinition } from "./check.js";
import { type Code, codeOfError } from "./codes.js";
import { type Outcome, toOutcome } from "./outcome.js";

/** What a run needs from outside. */
export interface RunCheckOptions {
  /** Aborts the run from outside, when the worker stops. */
  readonly signal: AbortSignal;
  /** A clock that never goes back, in ms. */
  readonly monotonicMs: () => number;
}

/** A finished run. */
export interface CheckRun {
  readonly outcome: Outcome;
  /** The raw cause of a failure, for the log only. */
  readonly error: unknown;
  /** Whether the run was ended by the signal from outside: no evidence about the dependency, so not to be published. */
  readonly interrupted: boolean;
  /** Resolves when the check's own function has really ended; long after the outcome if it ignores its signal. */
  readonly settled: Promise<void>;
}

/**
 * Runs a check once and never throws. The timeout is enforced, not requested: the run is raced against it and the
 * signal aborted, so a function that ignores its signal cannot hold the answer back; what it returns later is dropped.
 */
export async function runCheck(check: CheckDefinition, options: RunCheckOptions): Promise<CheckRun> {
  const startedMs = options.monotonicMs();
  const limits = limit(check.timeoutMs, options.signal);
  const body = callBody(check, limits.signal);
  const end = await Promise.race([body, limits.ended]);
  limits.dispose();
  const durationMs = Math.round(options.monotonicMs() - startedMs);
  return { ...describe(end, durationMs), interrupted: end.kind === "aborted", settled: body.then(() => undefined) };
}

type RunEnd =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "timeout" | "aborted" };

async function callBody(check: CheckDefinition, signal: AbortSignal): Promise<RunEnd> {
  try {
    return { kind: "returned", value: await check.run({ signal }) };
  } catch (error) {
    return { kind: "threw", error };
  }
}

/** One signal for both reasons to end a run, and a promise that tells which it was. */
function limit(timeoutMs: number, outer: AbortSignal) {
  const controller = new AbortController();
  let end: (end: RunEnd) => void = () => undefined;
  const ended = new Promise<RunEnd>((resolve) => {
    end = resolve;
  });
  const stop = (kind: "timeout" | "aborted") => {
    // Settled before the abort is heard, so that a check which rejects on abort cannot win the race with a worse code.
    end({ kind });
    controller.abort(
      new DOMException(`the check's run ended: ${kind}`, kind === "timeout" ? "TimeoutError" : "AbortError"),
    );
  };
  const onAbort = () => stop("aborted");
  const timer = setTimeout(() => stop("timeout"), timeoutMs);
  // One listener a run, gone with it: more than ten checks at once are no leak and need no warning of the process.
  setMaxListeners(0, outer);
  outer.addEventListener("abort", onAbort, { once: true });
  if (outer.aborted) onAbort();
  const dispose = () => {
    clearTimeout(timer);
    outer.removeEventListener("abort", onAbort);
  };
  return { signal: controller.signal, ended, dispose };
}

function describe(end: RunEnd, durationMs: number): { outcome: Outcome; error: unknown } {
  switch (end.kind) {
    case "returned":
      return describeReturned(end.value, durationMs);
    case "threw":
      return { outcome: failed(codeOfError(end.error), durationMs), error: end.error };
    case "timeout":
    case "aborted":
      return { outcome: failed(end.kind, durationMs), error: undefined };
  }
}

function describeReturned(value: unknown, durationMs: number): { outcome: Outcome; error: unknown } {
  try {
    return { outcome: toOutcome(value, durationMs), error: errorOf(value) };
  } catch (error) {
    // A result whose properties throw when read is junk like any other.
    return { outcome: failed("crashed", durationMs), error };
  }
}

function errorOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { error?: unknown }).error : undefined;
}

/** A failed outcome without measures: what is published when the check itself could not say. */
export function failed(code: Code, durationMs: number): Outcome {
  return { status: "fail", code, durationMs, measures: {} };
}
