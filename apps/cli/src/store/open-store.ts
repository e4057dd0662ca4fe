import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { assessReadiness, type Code, codeOfError, type Readiness } from "@caretaker/health";
import { type SnapshotReader, startSnapshotReader } from "@caretaker/redis-store";
import { redisTargetOf } from "@caretaker/service";
import { StoreUnreachableError } from "../errors.js";
import { type CliSettings, shownRedisUrl } from "../settings.js";

/** The store as the workers published it, read at least once. Stop the reader when done. */
export interface OpenStore {
  readonly reader: SnapshotReader;
  /** The verdict and every check, as an API that is up would answer at this moment. */
  readiness(): Readiness;
}

// A start of the process and this together stay below the 3 s in which a person, or a script, expects to hear.
const PATIENCE_MS = 2_000;
const ASK_EVERY_MS = 10;

/** Whoever asks once is told at once of what a second try would not change. */
const FINAL: ReadonlySet<Code> = new Set<Code>(["refused", "not_found", "dns", "tls", "permission"]);

/**
 * Connects and waits until the whole store has been read.
 *
 * @throws {@link StoreUnreachableError} at the first error that is plain enough, at the latest after 2 s.
 */
export async function openStore(settings: CliSettings, signal: AbortSignal): Promise<OpenStore> {
  let reason: unknown = "it did not answer";
  const log = {
    info: () => undefined,
    warn: (_message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      reason = fields["error"] ?? reason;
    },
  };
  const reader = startSnapshotReader({ redis: redisTargetOf(settings), prefix: settings.keyPrefix, log });
  try {
    await untilLoaded(reader, { signal, isHopeless: () => FINAL.has(codeOfError(reason)) });
  } catch (error) {
    reader.stop();
    if (signal.aborted) throw error;
    throw new StoreUnreachableError(`the store at ${shownRedisUrl(settings)} is unreachable: ${tell(reason)}`);
  }
  return { reader, readiness: () => assess(reader, settings.hostId) };
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly isHopeless: () => boolean;
}

async function untilLoaded(reader: SnapshotReader, { signal, isHopeless }: Waiting): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!reader.current().loaded) {
    if (isHopeless() || performance.now() > deadlineMs) throw new Error("out of patience");
    await delay(ASK_EVERY_MS, undefined, { signal });
  }
}

function tell(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  // Node tells several addresses that refuse as one error without a message.
  return reason.message === "" ? codeOfError(reason) : reason.message;
}

function assess(reader: SnapshotReader, hostId: string): Readiness {
  const options = { nowMs: reader.nowMs(), hostId, lifecycle: "ready", graceOver: true } as const;
  return assessReadiness(reader.current(), options);
}
