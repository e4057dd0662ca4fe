import { z } from "zod";
import { checkName, code, freshness, host, milliseconds, moment, pending, state, verdict } from "./values.js";

const storedState = z.enum(["up", "degraded", "down"]);

const outcome = z.object({
  status: verdict,
  code,
  durationMs: milliseconds,
  runId: z.string(),
  atMs: moment,
});

export const explanationSchema = z
  .object({
    check: checkName,
    host,
    transition: z.string().nullable(),
    outcomes: z.array(outcome).describe("newest first, at most 5"),
    counter: z.object({
      pending: pending.nullable(),
      rule: z.enum(["first", "deterministic", "immediate", "threshold"]).nullable(),
      failureThreshold: z.number(),
      successThreshold: z.number(),
    }),
    state: z.object({
      from: state.nullable(),
      stored: storedState.nullable(),
      sinceMs: moment.nullable(),
      effective: state,
    }),
    freshness: z.object({
      is: freshness,
      ageMs: milliseconds.nullable(),
      lateAfterMs: milliseconds,
      staleAfterMs: milliseconds,
      holdEndsAfterMs: milliseconds.nullable(),
    }),
    contribution: z.object({ verdict, counted: z.boolean(), critical: z.boolean() }),
    statusCode: z.union([z.literal(200), z.literal(503)]),
    why: z.array(z.string()).describe("the same as sentences"),
  })
  .describe("the chain from the last outcomes to the status code");

export const explainSchema = z
  .object({
    check: checkName,
    explanations: z.array(explanationSchema).describe("one for each machine"),
    transitions: z
      .array(
        z.object({
          id: z.string(),
          host,
          from: state,
          to: storedState,
          code,
          runId: z.string(),
          atMs: moment,
        }),
      )
      .nullable()
      .optional()
      .describe("the last 20; null with the store away, left out where one is explained"),
  })
  .describe("why a check counts as it does");
