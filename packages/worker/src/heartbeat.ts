import { performance } from "node:perf_hooks";
import type { BeatInfo, DefinitionRole, WorkerRegistry } from "@caretaker/redis-store";
import type { WorkerLog } from "./log.js";

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly registry: WorkerRegistry;
  /** Asked at each beat; what it cannot find out in time it leaves out. */
  readonly info: () => BeatInfo | Promise<BeatInfo>;
  readonly log: WorkerLog;
  /** The host's clock, in ms: BullMQ schedules by it, so it is compared with the store's. */
  readonly hostNowMs: () => number;
  /** Hears of each answered beat. */
  readonly onBeat: (state: HeartbeatState) => Promise<void>;
}

/** What a beat told. */
export interface HeartbeatState {
  readonly role: DefinitionRole;
  /** Redis server time, in ms. */
  readonly nowMs: number;
  /** Whether it is this worker's turn to look after the fleet's schedules. */
  readonly isTurn: boolean;
  /** How far the host's clock is ahead of the store's, in ms. */
  readonly skewMs: number;
  /** Whether the host's clock is too far from the store's to schedule for others. */
  readonly clockIsOff: boolean;
  /** How many other living workers have a clock that agrees with the store's, and definitions that are not older. */
  readonly othersInSync: number;
  readonly forgottenHosts: readonly string[];
  /** Whether replies of the store may just have been lost: a tick whose reply was lost has no successor. */
  readonly isAfterGap: boolean;
  /** Whether results may just have been lost as well: a connection has come back, or beats are answered again. */
  readonly mayHaveLost: boolean;
}

/** Beats until it is stopped. */
export interface Heartbeat {
  /** Beats at once; resolves when that beat was answered and heard, or has failed, with whether it was. */
  beat(): Promise<boolean>;
  /** A connection was made, anew or at first: beats at once, and once more when what went on has shown itself. */
  noteConnection(connection: { readonly isAnew: boolean }): void;
  stop(): void;
}

const BEAT_MS = 3_000;

/** A check goes on within a second or not at all: its shortest interval. */
const SHOWS_WITHIN_MS = 1_200;

const IN_DOUBT_MS = 4_500;

/** A host a minute ahead of the others shifts the next tick of the whole fleet by that minute. */
const MAX_SKEW_MS = 1_000;

/** Starts beating: one beat at a time, every 3 s. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const skew = createSkewWatch(options.log);
  let last: Promise<boolean> = Promise.resolve(true);
  let waiting = false;

  let clockIsOff = false;
  let inDoubtUntilMs = 0;
  let mayHaveLostUntilMs = 0;
  let wasAnswered = false;
  let again: NodeJS.Timeout | undefined;
  let isStopped = false;

  // At a start nothing of this worker's can have been lost.
  const doubt = ({ mayHaveLost }: { mayHaveLost: boolean }) => {
    inDoubtUntilMs = performance.now() + IN_DOUBT_MS;
    if (mayHaveLost) mayHaveLostUntilMs = inDoubtUntilMs;
  };
  const beatOnce = async () => {
    waiting = false;
    const info = await options.info();
    const askedMs = options.hostNowMs();
    const reply = await options.registry.beat(info, !clockIsOff);
    const skewMs = (askedMs + options.hostNowMs()) / 2 - reply.nowMs;
    clockIsOff = skew(skewMs);
    const isAfterGap = performance.now() < inDoubtUntilMs;
    const mayHaveLost = performance.now() < mayHaveLostUntilMs;
    await options.onBeat({ ...reply, skewMs, clockIsOff, isAfterGap, mayHaveLost });
    wasAnswered = true;
    return true;
  };
  const beat = () => {
    if (waiting) return last;
    waiting = true;
    // The connection reports that the store is away; a beat that fails is made up for by the next.
    last = last.then(beatOnce).catch(() => {
      doubt({ mayHaveLost: wasAnswered });
      return false;
    });
    return last;
  };
  const timer = setInterval(() => void beat(), BEAT_MS);
  return {
    beat,
    noteConnection: ({ isAnew }) => {
      if (isStopped) return;
      doubt({ mayHaveLost: isAnew });
      void beat();
      clearTimeout(again);
      again = setTimeout(() => void beat(), SHOWS_WITHIN_MS);
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(again);
    },
  };
}

function createSkewWatch(log: WorkerLog): (skewMs: number) => boolean {
  let wasOff = false;
  return (skewMs) => {
    const isOff = Math.abs(skewMs) > MAX_SKEW_MS;
    const fields = { skewMs: Math.round(skewMs), allowedMs: MAX_SKEW_MS };
    if (isOff && !wasOff)
      log.error(
        "this host's clock differs from Redis: it leaves the fleet's ticks to workers whose clock does not",
        fields,
      );
    if (!isOff && wasOff) log.info("this host's clock agrees with Redis again", fields);
    wasOff = isOff;
    return isOff;
  };
}
