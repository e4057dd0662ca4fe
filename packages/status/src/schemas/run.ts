import { z } from "zod";
import { reportSchema } from "./target.js";

export const runRequestSchema = z
  .strictObject({
    dryRun: z.boolean().default(false),
    reason: z.string().trim().min(1).max(200).default("requested over HTTP"),
  })
  .describe("a run that is asked for");

export const acceptedRunSchema = z
  .object({ target: z.string(), runId: z.string(), dryRun: z.boolean(), url: z.string() })
  .describe("the run a request led to; requests of one kind are one run until it begins");

export const runSchema = z
  .object({
    target: z.string(),
    runId: z.string(),
    state: z.enum(["waiting", "active", "completed", "failed"]),
    report: reportSchema.nullable(),
  })
  .describe("where a run stands");
