import { CODES, VERDICTS } from "@caretaker/health";
import { z } from "zod";
import type { StatusContent } from "./to-status-report.js";

const number = z.number().nullable();
const verdict = z.enum(VERDICTS);

const CHECK = z.object({
  name: z.string(),
  host: z.string().nullable(),
  state: z.enum(["up", "degraded", "down", "unknown"]),
  freshness: z.enum(["fresh", "late", "stale", "none"]),
  code: z.enum(CODES),
  contribution: verdict,
  counted: z.boolean(),
  critical: z.boolean(),
  pending: z.object({ outcome: verdict, count: z.number(), of: z.number() }).nullable(),
  measures: z.record(z.string(), z.object({ value: z.number(), unit: z.string() })),
  ageMs: number,
  sinceMs: number,
  durationMs: number,
});

const WORKER = z.object({
  id: z.string(),
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  startedAtMs: z.number(),
  beatAtMs: z.number(),
  lastRunAtMs: number,
});

const TARGET = z.object({
  target: z.string(),
  schedule: z.string(),
  nextRunAtMs: number,
  running: z.object({ runId: z.string(), startedAtMs: z.number(), done: z.number(), of: z.number() }).nullable(),
  reports: z.array(z.looseObject({ runId: z.string() })),
});

const BODY = z.object({
  version: z.literal(1),
  nowMs: z.number(),
  verdict,
  code: z.enum(["starting", "draining", "guarded"]).nullable(),
  storeReachable: z.boolean(),
  checks: z.array(CHECK),
  workers: z.array(WORKER),
  retention: z.array(TARGET),
});

/** What the body of `/status` tells, or `null` for anything that is not one of a version we know. */
export function readStatusBody(value: unknown): Omit<StatusContent, "source"> | null {
  const body = BODY.safeParse(value);
  if (!body.success) return null;
  const { retention, version: _version, ...content } = body.data;
  return { ...content, targets: retention };
}
