import { z } from "zod";
import { moment } from "./values.js";

const count = z.number();
const failures = z.array(z.looseObject({ id: z.string(), code: z.string() }));

/** What a worker of any version may have written: what says which run it was is there, all else where it was known. */
export const reportSchema = z
  .looseObject({
    target: z.string(),
    runId: z.string(),
    planId: z.string().nullish(),
    dryRun: z.boolean(),
    reason: z.string().nullish(),
    outcome: z.enum(["done", "partial", "failed", "busy", "refused"]),
    error: z.looseObject({ code: z.string(), message: z.string() }).nullish(),
    partial: z.boolean().optional(),
    startedAtMs: moment,
    finishedAtMs: moment.nullable(),
    guards: z
      .array(z.looseObject({ guard: z.string() }))
      .optional()
      .describe("what refused the plan"),
    firstRunReport: z.boolean().optional(),
    listed: count.optional(),
    owned: count.optional(),
    active: count.optional(),
    held: count.optional(),
    unread: count.optional(),
    unknown: z.record(z.string(), count).optional(),
    unknownBytes: count.optional(),
    candidates: count.optional(),
    kept: z.array(z.string()).optional(),
    keptCount: count.optional(),
    deleted: z.array(z.string()).optional(),
    deletedCount: count.optional(),
    failed: failures.optional(),
    failedCount: count.optional(),
    skipped: failures.optional(),
    skippedCount: count.optional(),
    backingOffCount: count.optional(),
    trashedCount: count.optional(),
    purgedCount: count.optional(),
    settledCount: count.optional(),
    inTrash: z.looseObject({ count, bytes: count }).optional(),
    shortfalls: z.array(z.looseObject({})).optional(),
    disk: z.looseObject({}).nullish().describe("the file system at the end of the run"),
    bytesFreed: count.optional(),
  })
  .describe("what one cleanup run did, or in a dry run would have done");

export const runningSchema = z
  .looseObject({ runId: z.string(), startedAtMs: moment, done: count, of: count })
  .describe("a run that is going on, as its worker told last");

export const targetSchema = z
  .looseObject({
    target: z.string(),
    schedule: z.string().describe("the interval or cron expression"),
    nextRunAtMs: moment.nullable(),
    running: runningSchema.nullable(),
    reports: z.array(reportSchema).describe("newest first, at most 50"),
  })
  .describe("one retention target");
