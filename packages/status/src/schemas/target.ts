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
    stoppedBy: z.string().nullish().describe("the code of what stopped a partial run; null: its budget"),
    startedAtMs: moment,
    finishedAtMs: moment.nullable(),
    guards: z
      .array(
        z.looseObject({ guard: z.string(), why: z.string().optional().describe("in a sentence with the figures") }),
      )
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
    failedByCode: z.record(z.string(), count).optional(),
    skipped: failures.optional(),
    skippedCount: count.optional(),
    skippedByCode: z.record(z.string(), count).optional(),
    backingOffCount: count.optional(),
    trashedCount: count.optional(),
    purgedCount: count.optional(),
    settledCount: count.optional(),
    unreportedCount: count.nullish().describe("deleted by earlier runs that did not live to report it"),
    inTrash: z.looseObject({ count, bytes: count }).optional(),
    shortfalls: z.array(z.looseObject({})).optional(),
    disk: z.looseObject({}).nullish().describe("the file system at the end of the run"),
    bytesFreed: count.optional(),
  })
  .describe("what one cleanup run did, or in a dry run would have done");

export const runningSchema = z
  .object({
    runId: z.string(),
    dryRun: z.boolean(),
    phase: z.string().describe("starting, settling, scanning or deleting"),
    startedAtMs: moment,
    updatedAtMs: moment.describe("when its worker told last"),
    dead: z
      .boolean()
      .describe("its worker has told nothing for 15 s, and so has died: the next run finishes what it left"),
    done: count,
    of: count.describe("0 while nobody knows"),
    failed: count,
    bytesFreed: count,
    cancelling: z.boolean().describe("somebody has cancelled it: it ends after the session it is at"),
  })
  .describe("a run that is going on, as its worker told last; its moments are by the store's clock");

const totalsSchema = z
  .object({
    sessions: z.array(z.object({ outcome: z.string(), reason: z.string(), count })),
    runs: z.record(z.string(), count).describe("how many ended in each way"),
    freedBytes: count,
  })
  .describe("sums over all runs that were not dry; they only grow, but for a store that lost its data");

const lastRunSchema = z
  .object({
    runId: z.string(),
    outcome: z.string(),
    finishedAtMs: moment,
    code: z.string().nullable().describe("the code of what refused or ended it"),
    planId: z.string().nullable().describe("the plan that waits for its confirmation"),
    guards: z.array(z.object({ guard: z.string(), why: z.string() })).readonly(),
  })
  .describe("the newest run that was not dry");

export const targetSchema = z
  .looseObject({
    target: z.string(),
    host: z.string().nullable().describe("the machine whose worker runs it"),
    schedule: z.string().describe("the interval or cron expression"),
    nextRunAtMs: moment.nullable(),
    overdueAfterMs: count.describe("how long after that a run counts as overdue"),
    running: runningSchema.nullable(),
    lastRun: lastRunSchema.nullable(),
    lastSuccessAtMs: moment.nullable(),
    totals: totalsSchema,
    reports: z.array(reportSchema).describe("newest first, at most 50"),
  })
  .describe("one retention target");
