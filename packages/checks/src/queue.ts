import { type CheckDefinition, type CheckResult, fail, pass, warn } from "@caretaker/health";
import { type Duration, parseDuration } from "@caretaker/units";
import { type CommonOptions, declareCheck } from "./declare-check.js";
import { orderedMarks } from "./ordered-marks.js";
import { lookAtQueue, type QueueSighting } from "./queue-look.js";
import { createRedisConnection } from "./redis-connection.js";
import { redisErrorCode } from "./redis-error-code.js";
import { COUNT, DURATION, FLAG, REDIS_URL, type Rule } from "./rules.js";

/** Where the queue is, and how far behind it may be. */
export interface QueueOptions extends CommonOptions {
  /** `redis://`, `rediss://` or the path of a Unix socket. The check keeps one connection of its own, none that blocks. */
  readonly url: string;
  /** Default `bull`, as BullMQ's own. */
  readonly prefix?: string;
  /** Default `true`: nobody who takes the jobs is a `fail`. */
  readonly needsConsumer?: boolean;
  /** Default 1000: more jobs waiting are a `warn`. */
  readonly warnWaitingAbove?: number;
  /** Default 10000: more jobs waiting are a `fail`. */
  readonly failWaitingAbove?: number;
  /** Default `5m`: a job that has waited longer is a `warn`. */
  readonly warnOlderThan?: Duration;
  /** Default `30m`: a job that has waited longer is a `fail`. */
  readonly failOlderThan?: Duration;
}

const RULES: Readonly<Record<string, Rule>> = {
  queue: {
    allowed: "the name of a BullMQ queue, without a colon",
    allows: (value) => typeof value === "string" && /^[^:]+$/.test(value),
    required: true,
  },
  url: { ...REDIS_URL, required: true },
  prefix: { allowed: "a text", allows: (value) => typeof value === "string" && value !== "" },
  needsConsumer: FLAG,
  warnWaitingAbove: COUNT,
  failWaitingAbove: COUNT,
  warnOlderThan: DURATION,
  failOlderThan: DURATION,
};

const DEFAULTS = {
  prefix: "bull",
  needsConsumer: true,
  warnWaitingAbove: 1_000,
  failWaitingAbove: 10_000,
  warnOlderThan: "5m",
  failOlderThan: "30m",
} as const;

type Marks = Required<Omit<QueueOptions, keyof CommonOptions | "url" | "prefix">>;

/**
 * A BullMQ queue is worked off: nobody connected to take its jobs is `unreachable`; too many waiting, or one for too
 * long, is `threshold`. Jobs waiting are those that could run now; a delayed one waits from when it is due. Measures
 * `waiting`, `oldestWaitingMs`, `consumers`, `active`, `delayed`. Named `queue`, fleet scope. No job's data are read.
 *
 * @throws InvalidCheckError on options that are not allowed.
 */
export function queue(queueName: string, options: QueueOptions): CheckDefinition {
  const marks = { ...DEFAULTS, ...withoutUndefined(options) };
  const { warnWaitingAbove, failWaitingAbove, warnOlderThan, failOlderThan, prefix } = marks;
  const look = createRedisConnection(options?.url ?? "", (client) => lookAtQueue(client, { queueName, prefix }));
  return declareCheck({
    defaults: { name: "queue", componentType: "datastore" },
    given: { queue: queueName, ...options },
    rules: RULES,
    problems: [
      ...orderedMarks({ warnWaitingAbove }, { failWaitingAbove }, Number),
      ...orderedMarks({ warnOlderThan }, { failOlderThan }, parseDuration),
    ],
    run: async ({ signal }) => judge(await look(signal), marks),
    codeOf: redisErrorCode,
  });
}

function withoutUndefined(options: QueueOptions): QueueOptions {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as unknown as QueueOptions;
}

function judge(seen: QueueSighting, marks: Marks): CheckResult {
  const { waiting, oldestWaitingMs, consumers, active, delayed } = seen;
  const measures = {
    waiting: { value: waiting, unit: "" },
    oldestWaitingMs: { value: oldestWaitingMs, unit: "ms" },
    consumers: { value: consumers, unit: "" },
    active: { value: active, unit: "" },
    delayed: { value: delayed, unit: "" },
  };
  if (marks.needsConsumer && consumers === 0) return fail("unreachable", { measures });
  if (isPast(seen, marks.failWaitingAbove, marks.failOlderThan)) return fail("threshold", { measures });
  return isPast(seen, marks.warnWaitingAbove, marks.warnOlderThan) ? warn("threshold", measures) : pass(measures);
}

function isPast({ waiting, oldestWaitingMs }: QueueSighting, waitingAbove: number, olderThan: Duration): boolean {
  return waiting > waitingAbove || oldestWaitingMs > parseDuration(olderThan);
}
