import { z } from "zod";
import { checkName, code, freshness, host, milliseconds, moment, pending, state, verdict } from "./values.js";

const span = z.object({ best: milliseconds, worst: milliseconds });

const budget = z
  .object({
    noticeMs: span,
    recoverMs: span,
    parts: z.array(
      z.object({
        name: z.enum(["wait", "run", "recheck", "propagation", "balancer"]),
        noticeMs: span,
        recoverMs: span,
      }),
    ),
  })
  .describe("how long after a dependency's change it is acted on");

export const checkSchema = z
  .object({
    name: checkName,
    scope: z.enum(["fleet", "host"]),
    host,
    critical: z.boolean().describe("whether it alone can take instances out"),
    state,
    freshness,
    code,
    output: z.string().describe("one sentence on it, made of its name, code and numbers"),
    contribution: verdict,
    counted: z.boolean().describe("false: another machine's result, or a withdrawn one; shown, not counted"),
    pending: pending.nullable(),
    measures: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })),
    ageMs: milliseconds.nullable().describe("at nowMs; it grows with time"),
    atMs: moment.nullable().describe("when the last result was published"),
    sinceMs: moment.nullable().describe("when the state began"),
    nextRunAtMs: moment.nullable().describe("about when the next run is due"),
    durationMs: milliseconds.nullable(),
    durationsMs: z.array(milliseconds).describe("of the last runs, newest first, at most 30"),
    transitionCount: z.number().describe("how often the state has changed; it begins again after data loss"),
    everyMs: milliseconds.describe("0: nothing schedules it"),
    timeoutMs: milliseconds,
    lateAfterMs: milliseconds.describe("from atMs on"),
    staleAfterMs: milliseconds.describe("from atMs on"),
    maxHoldMs: milliseconds.describe("how long a stale state is held after that, where onStale is hold"),
    onStale: z.enum(["hold", "warn", "fail"]),
    budget: budget.nullable(),
    secret: z.enum(["configured", "missing"]).nullable().optional().describe("of a secret's check, and nothing else"),
  })
  .describe("one check and, with host scope, one machine");
