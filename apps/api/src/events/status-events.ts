import { performance } from "node:perf_hooks";
import type { Heartbeat, Status } from "@caretaker/status";
import type { RequestHandler } from "express";
import { type Problem, sendProblem } from "../problem.js";
import { diffStatus } from "./diff-status.js";
import { type EventStream, openEventStream } from "./event-stream.js";

/** What the events are made from. */
export interface StatusEventsOptions {
  /** The status at this moment, from memory. */
  readonly describe: () => Status;
  /** Calls whenever what {@link StatusEventsOptions.describe} is made from has changed; returns what ends that. */
  readonly onChange: (listener: () => void) => () => void;
  /** Default 5,000. */
  readonly maxClients?: number;
  /** Default 15 s. */
  readonly heartbeatMs?: number;
  /** How long a client may leave unread what it was sent; default 10 s. */
  readonly dropAfterMs?: number;
}

/** Everybody who follows the status of this instance. */
export interface StatusEvents {
  /** `GET /status/events`: the whole status, then what changes. */
  readonly handle: RequestHandler;
  clients(): number;
  /** Ends every stream and takes no more. */
  end(): void;
}

/** Changes within this are one event. */
const COALESCE_MS = 50;

/** How often time alone is looked at: a result that grows late or stale is published by nobody. */
const TICK_MS = 1_000;

const TOO_MANY: Problem = {
  status: 503,
  code: "too_many_streams",
  detail: "this instance has as many followers as it takes: ask another, or poll /status",
  headers: { "Retry-After": "30" },
};
const ENDED: Problem = {
  status: 503,
  code: "draining",
  detail: "this instance is stopping: ask another",
  headers: { "Retry-After": "3" },
};

/**
 * One status in memory, and every client has exactly that: each change is worked out and encoded once, however many
 * there are, and costs no Redis command. A client that has not taken what it was sent is sent nothing more, so what waits
 * for it never grows; once it has, it gets the whole status again, and if it does not in time, it is cut off.
 */
export function createStatusEvents(options: StatusEventsOptions): StatusEvents {
  const { describe, onChange, maxClients = 5_000, heartbeatMs = 15_000, dropAfterMs = 10_000 } = options;
  const monotonicMs = () => performance.now();
  const upToDate = new Set<EventStream>();
  const behind = new Set<EventStream>();
  let held: Status | null = null;
  let id = 0;
  let isDue = false;
  let stopWatching: (() => void) | null = null;
  let isEnded = false;

  const update = () => {
    isDue = false;
    if (isEnded) return;
    const now = describe();
    const change = held === null ? null : diffStatus(held, now);
    held = now;
    if (change !== null) broadcast("change", change);
    welcome(now);
  };
  const broadcast = (event: string, data: unknown) => {
    id += 1;
    const frame = encode(event, id, data);
    for (const client of upToDate) {
      if (client.isReady()) client.send(frame);
      else fallBehind(client);
    }
  };
  const fallBehind = (client: EventStream) => {
    upToDate.delete(client);
    behind.add(client);
  };
  const welcome = (now: Status) => {
    const ready = [...behind].filter((client) => client.isReady());
    if (ready.length === 0) return;
    const frame = encode("status", id, now);
    for (const client of ready) {
      behind.delete(client);
      upToDate.add(client);
      client.send(frame);
    }
  };
  const soon = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(update, COALESCE_MS);
  };
  const tick = () => {
    for (const client of [...behind, ...upToDate]) if (client.stuckMs() > dropAfterMs) client.drop();
    soon();
  };
  const watch = () => {
    const ticking = setInterval(tick, Math.min(TICK_MS, dropAfterMs));
    const beating = setInterval(() => {
      const { nowMs, store } = describe();
      broadcast("heartbeat", { nowMs, store } satisfies Heartbeat);
    }, heartbeatMs);
    const unsubscribe = onChange(soon);
    return () => {
      clearInterval(ticking);
      clearInterval(beating);
      unsubscribe();
    };
  };
  const forget = (client: EventStream) => {
    upToDate.delete(client);
    behind.delete(client);
    if (upToDate.size + behind.size > 0) return;
    // Without followers nothing is worked out.
    stopWatching?.();
    stopWatching = null;
    held = null;
  };
  const follow: RequestHandler = (_request, response) => {
    if (isEnded) return sendProblem(response, ENDED);
    if (upToDate.size + behind.size >= maxClients) return sendProblem(response, TOO_MANY);
    const client = openEventStream(response, { monotonicMs, onReady: soon, onClose: () => forget(client) });
    behind.add(client);
    stopWatching ??= watch();
    soon();
  };
  return {
    handle: follow,
    clients: () => upToDate.size + behind.size,
    end: () => {
      isEnded = true;
      stopWatching?.();
      stopWatching = null;
      // One that does not read would not take its end either, and hold up the shutdown.
      for (const client of [...upToDate, ...behind])
        if (client.isReady()) client.end();
        else client.drop();
    },
  };
}

function encode(event: string, id: number, data: unknown): Buffer {
  return Buffer.from(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
