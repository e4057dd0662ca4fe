import { z } from "zod";
import { reportSchema, runningSchema } from "./target.js";
import { moment } from "./values.js";

const reason = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .default("requested over HTTP")
  .describe("why, for the log and the journal");

const planId = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "Invalid plan id: expected the 64 hexadecimal digits a report names")
  .describe("the plan that guards have refused, as a report names it");

const session = z
  .string()
  .min(1)
  .refine(isDirectoryName, "Invalid session: expected the name of one directory, at most 255 bytes, without /")
  .describe("its directory's name, or its claim's id where that name was deleted more than once");

export const runRequestSchema = z
  .strictObject({ dryRun: z.boolean().default(false), reason })
  .describe("a run that is asked for");

export const confirmRequestSchema = z
  .strictObject({ planId, reason })
  .describe("a plan that is to be applied though guards have refused it");

export const restoreRequestSchema = z
  .strictObject({ session, reason })
  .describe("a session that is to come back from the trash");

export const cancelRequestSchema = z.strictObject({ reason }).describe("why a run is cancelled");

const accepted = { target: z.string(), runId: z.string(), url: z.string().describe("tells what became of it") };

export const acceptedRunSchema = z
  .object({ ...accepted, dryRun: z.boolean() })
  .describe("the run a request led to; equal requests are one run until it begins, and for a second from the first");

export const acceptedConfirmSchema = z.object({ ...accepted, planId: z.string() });

export const acceptedRestoreSchema = z.object({ ...accepted, session: z.string() });

export const cancelledRunSchema = z
  .object({ ...accepted, state: z.enum(["cancelled", "cancelling"]) })
  .describe("cancelled: it never begins; cancelling: it ends after the session it is at");

export const runSchema = z
  .object({
    target: z.string(),
    runId: z.string(),
    kind: z.enum(["run", "dry-run", "confirm", "restore"]),
    state: z.enum(["waiting", "active", "completed", "failed", "cancelled"]),
    cancelling: z.boolean().describe("somebody has cancelled it, and it has not ended yet"),
    code: z.string().nullable().describe("why it ended as it did: ok, or a stable code; null while it has not"),
    progress: runningSchema.nullable().describe("how far it is while it goes on"),
    report: reportSchema.nullable().describe("how a run ended"),
    restored: z
      .object({
        status: z.enum(["restored", "refused", "failed"]),
        code: z.string(),
        why: z.string().nullable(),
        pinnedUntilMs: moment.nullable(),
      })
      .nullable()
      .describe("how restoring a session ended"),
  })
  .describe("where something that was asked of a target stands");

function isDirectoryName(name: string): boolean {
  const isOne = !name.includes("/") && !name.includes("\0") && name !== "." && name !== "..";
  return isOne && new TextEncoder().encode(name).length <= 255;
}
