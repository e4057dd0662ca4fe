import { z } from "zod";
import { checkName, code, host, milliseconds, moment, state } from "./values.js";

export const rangeSchema = z.enum(["1h", "24h", "7d"]);

const storedState = z.enum(["up", "degraded", "down"]);

const strip = z
  .object({
    check: checkName,
    host,
    worst: z.array(storedState.nullable()).describe("a bucket each, oldest first; null: nobody looked, so never green"),
    mixed: z.array(z.number()).describe("places in worst of buckets that saw more than one state"),
  })
  .describe("the worst state of each bucket, for one check and machine");

const transition = z.object({
  id: z.string().describe("for /status/explain/<check>?at="),
  check: checkName,
  host,
  from: state,
  to: storedState,
  code,
  output: z.string(),
  runId: z.string(),
  atMs: moment,
  endedAtMs: moment.nullable().describe("when the next state of the same began; null while it lasts"),
});

export const historySchema = z
  .object({
    version: z.literal(1),
    nowMs: moment,
    range: rangeSchema,
    bucketMs: milliseconds,
    fromMs: moment.describe("when the first bucket begins"),
    toMs: moment.describe("when the last bucket ends: after nowMs"),
    readAtMs: moment.describe("when this was read from the store"),
    strips: z.array(strip),
    transitions: z.array(transition).describe("newest first, at most 200"),
    truncated: z.boolean().describe("whether there were more transitions"),
  })
  .describe("strips and transitions of a range");
