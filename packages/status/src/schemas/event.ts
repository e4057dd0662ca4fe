import { z } from "zod";
import { checkSchema } from "./check.js";
import { statusSchema, storeSchema } from "./status.js";
import { targetSchema } from "./target.js";
import { checkName, host, moment } from "./values.js";

/** What differs from what was sent before: `set` replaces whole fields of the status, the others single entries. */
export const changeSchema = z
  .object({
    version: z.literal(1),
    nowMs: moment,
    set: statusSchema.omit({ version: true, nowMs: true, checks: true, retention: true }).partial(),
    checks: z.array(checkSchema).describe("new and changed ones"),
    removedChecks: z.array(z.object({ name: checkName, host })),
    targets: z
      .array(targetSchema.partial({ reports: true }))
      .describe("new and changed ones; without reports where those are as before"),
    removedTargets: z.array(z.string()),
  })
  .describe("the event `change` of /status/events");

export const heartbeatSchema = z
  .object({ nowMs: moment, store: storeSchema })
  .describe("the event `heartbeat` of /status/events, every 15 s");
