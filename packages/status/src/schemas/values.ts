import { CODES, VERDICTS } from "@caretaker/health";
import { z } from "zod";

/** A moment: ms since the epoch by the clock of the store, unless its field says otherwise. */
export const moment = z.number();

/** A length of time in ms. */
export const milliseconds = z.number();

export const verdict = z.enum(VERDICTS).describe("what an endpoint answers, best first");

export const state = z.enum(["up", "degraded", "down", "unknown"]);

export const freshness = z.enum(["fresh", "late", "stale", "none"]).describe("how old the evidence is");

export const code = z.enum(CODES).describe("why, from a closed set");

export const checkName = z.string().describe("lower-case letters, digits and dashes");

export const host = z.string().nullable().describe("the machine this is true for; null: everywhere");

export const pending = z
  .object({ outcome: verdict, count: z.number(), of: z.number() })
  .describe("a change on its way: count of the outcomes in a row that it needs");
