import { type AuditReport, auditTarget } from "@caretaker/retention";
import type { CliContext } from "../context.js";
import { describeFailure } from "../describe-failure.js";
import { RetentionFailedError, TargetElsewhereError } from "../errors.js";
import { openConfig } from "../open-config.js";
import { type OpenRetention, useRetention } from "../open-retention.js";
import { createProgress } from "../render/progress.js";

/** One target's audit, or why there is none: the target is another machine's, or something broke. */
export type TargetAudit =
  | (AuditReport & { readonly status: "audited" })
  | { readonly status: "elsewhere"; readonly target: string; readonly why: string }
  | { readonly status: "failed"; readonly target: string; readonly code: string; readonly why: string };

/**
 * Audits the named target, or all of the configuration one after another: one that cannot be audited does not stop the
 * others.
 *
 * @throws what {@link useRetention} throws for a target that was named, and InterruptedError.
 */
export async function auditTargets(name: string | undefined, context: CliContext): Promise<readonly TargetAudit[]> {
  if (name !== undefined) return [await auditOne(name, context)];
  const { config } = await openConfig(context);
  const audits: TargetAudit[] = [];
  for (const target of config.retention ?? []) {
    audits.push(await auditOne(target.name, context).catch((error) => failed(target.name, error, context)));
  }
  return audits;
}

async function auditOne(name: string, context: CliContext): Promise<TargetAudit> {
  return await useRetention(context, { name, needsRoot: true }, async (open) => ({
    ...(await auditOpen(open, context)),
    status: "audited",
  }));
}

async function auditOpen(
  { target, journal, lock, database }: OpenRetention,
  context: CliContext,
): Promise<AuditReport> {
  const { signal, nowMs, stderr } = context;
  const { journaledClaims } = await import("@caretaker/sqlite-store");
  const progress = createProgress(stderr);
  const onProgress = (phase: "markers" | "claims", done: number) =>
    progress.say(`${target.name}: ${done} ${phase === "markers" ? "markers read" : "claims compared"}`);
  const { lastRun } = await journal.facts(target);
  const claims = () => journaledClaims(database, target);
  const report = await auditTarget(target, { claims, lastRun, lock, signal, nowMs: nowMs(), onProgress }).finally(
    progress.clear,
  );
  if (report === "busy") throw new RetentionFailedError("ERR_BUSY", `a run is at work in ${target.name}; try again`);
  return report;
}

function failed(target: string, error: unknown, { signal }: CliContext): TargetAudit {
  if (signal.aborted) throw error;
  const { code, message } = describeFailure(error, signal);
  const isElsewhere = error instanceof TargetElsewhereError;
  return isElsewhere ? { status: "elsewhere", target, why: message } : { status: "failed", target, code, why: message };
}
