import { z } from "zod";
import { checkSchema } from "./check.js";
import { statusSchema } from "./status.js";
import { checkName, host, moment } from "./values.js";

/** What differs from what was sent before: `set` replaces whole fields of the status, `checks` single checks of it. */
export const changeSchema = z
  .object({
    version: z.literal(1),
    nowMs: moment,
    set: statusSchema.omit({ version: true, nowMs: true, checks: true }).partial(),
    checks: z.array(checkSchema).describe("new and changed ones"),
    removedChecks: z.array(z.object({ name: checkName, host })),
  })
  .describe("the event `change` of /status/events");

export const heartbeatSchema = z
  .object({ nowMs: moment })
  .describe("the event `heartbeat` of /status/events, every 15 s");
