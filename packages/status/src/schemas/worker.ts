import { z } from "zod";
import { moment } from "./values.js";

const jobSchema = z.object({
  kind: z.enum(["check", "cleanup"]),
  name: z.string().describe("of the check or the target"),
  startedAtMs: moment,
});

export const workerSchema = z
  .object({
    id: z.string(),
    host: z.string(),
    pid: z.number(),
    version: z.string(),
    startedAtMs: moment,
    beatAtMs: moment.describe("its last sign of life"),
    lastRunAtMs: moment.nullable(),
    jobs: z.array(jobSchema).describe("what it was doing at its last beat, at most 8"),
  })
  .describe("one worker, for an hour after its last sign of life");

export const queueSchema = z
  .object({
    name: z.string(),
    waiting: z.number().describe("due, and taken by nobody yet"),
    active: z.number(),
    delayed: z.number().describe("due later"),
    failed: z.number().describe("of the last that are kept"),
    oldestWaitingAtMs: moment.nullable().describe("since when the oldest of the waiting waits, by the host's clock"),
    atMs: moment.describe("when it was counted"),
  })
  .describe("one queue, as a worker that serves it counted it last");
