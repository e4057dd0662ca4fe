import { z } from "zod";
import { checkSchema } from "./check.js";
import { targetSchema } from "./target.js";
import { milliseconds, moment, verdict } from "./values.js";
import { queueSchema, workerSchema } from "./worker.js";

const balancer = z.object({
  name: z.string(),
  intervalMs: milliseconds,
  timeoutMs: milliseconds,
  fall: z.number(),
  rise: z.number(),
  removalMs: milliseconds,
});

const problem = z.object({
  level: z.enum(["refuse", "warn"]),
  rule: z.string(),
  check: z.string().nullable(),
  message: z.string(),
});

const guard = z.object({ maxUnavailable: z.number(), fleet: z.looseObject({}).nullable() });

export const storeSchema = z.object({
  reachable: z.boolean(),
  loaded: z.boolean().describe("whether it was ever read"),
  readAtMs: moment.nullable().describe("when it answered last: the age of all this is nowMs less this"),
});

/** Everything the dashboard shows. Fields may be added within a version; one that goes or changes its meaning ends it. */
export const statusSchema = z
  .object({
    version: z.literal(1),
    nowMs: moment.describe("the store's clock when this was told: every other moment compares with it"),
    verdict,
    rawVerdict: verdict.describe("before the guard"),
    code: z.enum(["starting", "draining", "guarded"]).nullable().describe("why, where the checks do not decide"),
    lifecycle: z.enum(["starting", "ready", "draining"]),
    instance: z.object({ host: z.string(), startedAtMs: moment }).describe("who answers"),
    store: storeSchema,
    storeReachable: z.boolean().describe("store.reachable, under its older name"),
    workerAliveMs: milliseconds.describe("how long after its last beat a worker counts as alive"),
    balancer: balancer.nullable(),
    drainDelayMs: milliseconds,
    problems: z.array(problem).describe("settings that will surprise"),
    guard: guard.nullable(),
    checks: z.array(checkSchema),
    workers: z.array(workerSchema),
    queues: z.array(queueSchema),
    retention: z.array(targetSchema),
  })
  .describe("everything the dashboard shows, at one moment");
