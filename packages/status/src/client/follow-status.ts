import { applyChange } from "../apply-change.js";
import type { Heartbeat, Status, StatusChange } from "../types.js";
import { ask, ofThisVersion, type StatusClientOptions } from "./ask.js";
import { StatusApiError } from "./errors.js";
import { readEvents } from "./read-events.js";

/**
 * What a follower is told: the status whenever it has changed, with what the change was; that the API lives; that it was
 * lost, and is asked again after `retryMs`. What was known stands no more from then on.
 */
export type StatusUpdate =
  | { readonly type: "status"; readonly status: Status; readonly change: StatusChange | null }
  | ({ readonly type: "heartbeat" } & Heartbeat)
  | { readonly type: "lost"; readonly error: Error; readonly retryMs: number };

/** How long the following goes on. */
export interface FollowOptions {
  /** Ends it, without an error. */
  readonly signal?: AbortSignal;
  /** How long the API may be silent before it counts as lost; default 35 s, two of its heartbeats. */
  readonly silenceMs?: number;
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;

/**
 * Follows the status until the signal aborts, and connects again for as long as it takes.
 *
 * @throws {@link StatusApiError} where asking again cannot help: the token is wrong, or the API is of another version.
 */
export async function* followStatus(
  options: StatusClientOptions,
  { signal, silenceMs = 35_000 }: FollowOptions = {},
): AsyncGenerator<StatusUpdate> {
  const stopped = signal ?? new AbortController().signal;
  let failures = 0;
  while (!stopped.aborted) {
    let error: Error;
    try {
      for await (const update of followOnce(options, { stopped, silenceMs })) {
        failures = 0;
        yield update;
      }
      error = new Error("the API ended the stream");
    } catch (cause) {
      if (stopped.aborted) return;
      if (cause instanceof StatusApiError && isFinal(cause)) throw cause;
      error = cause instanceof Error ? cause : new Error(String(cause));
    }
    if (stopped.aborted) return;
    const retryMs = retryAfterMs(failures);
    failures += 1;
    yield { type: "lost", error, retryMs };
    await pause(retryMs, stopped);
  }
}

async function* followOnce(
  options: StatusClientOptions,
  { stopped, silenceMs }: { stopped: AbortSignal; silenceMs: number },
): AsyncGenerator<StatusUpdate> {
  const watch = watchSilence(options.timeoutMs ?? 5_000);
  const signal = AbortSignal.any([stopped, watch.signal]);
  let status: Status | null = null;
  try {
    const response = await ask(options, { path: "status/events", accept: "text/event-stream", signal });
    if (response.body === null) throw new StatusApiError("the API answered without a stream", { status: 200 });
    for await (const { event, data } of readEvents(response.body)) {
      watch.heard(silenceMs);
      const update: StatusUpdate | null = toUpdate(event, JSON.parse(data), status);
      if (update?.type === "status") status = update.status;
      if (update !== null) yield update;
    }
  } finally {
    watch.end();
  }
}

function toUpdate(event: string, body: unknown, status: Status | null): StatusUpdate | null {
  if (event === "status") return { type: "status", status: ofThisVersion<Status>(body), change: null };
  if (event === "heartbeat") return { type: "heartbeat", ...(body as Heartbeat) };
  if (event !== "change" || status === null) return null;
  const change = ofThisVersion<StatusChange>(body);
  return { type: "status", status: applyChange(status, change), change };
}

/** Aborts when nothing was heard for as long as was allowed. */
function watchSilence(firstMs: number) {
  const controller = new AbortController();
  const give = () => controller.abort(new Error("the API has been silent for too long"));
  let timer = setTimeout(give, firstMs);
  return {
    signal: controller.signal,
    heard: (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(give, ms);
    },
    end: () => clearTimeout(timer),
  };
}

// What a later try will not change: no right to read, no such path, another version.
function isFinal({ status }: StatusApiError): boolean {
  return status === 200 || status === 401 || status === 403 || status === 404;
}

function retryAfterMs(failures: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.75 + Math.random() * 0.5);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
