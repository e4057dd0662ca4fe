import type { RestoreResult } from "@caretaker/retention";

/** How restoring a session ended; `code` is `ok`, one of the retention core's refusals, or the code of what failed. */
export interface RestoreAnswer {
  readonly status: RestoreResult["status"] | "failed";
  readonly code: string;
  /** Why not, in a sentence; `null` where it was restored. */
  readonly why: string | null;
  /** Until when the policy leaves it alone, in ms since the epoch; `null` where it was not restored. */
  readonly pinnedUntilMs: number | null;
}

/** The answer for what the retention core said. */
export function toRestoreAnswer(result: RestoreResult): RestoreAnswer {
  return result.status === "restored"
    ? { status: "restored", code: "ok", why: null, pinnedUntilMs: result.pinnedUntilMs }
    : { status: "refused", code: result.code, why: result.why, pinnedUntilMs: null };
}

/** What a job was answered, or `null` for anything else. */
export function readRestoreAnswer(value: unknown): RestoreAnswer | null {
  const { status, code } = Object(value) as Partial<RestoreAnswer>;
  return typeof status === "string" && typeof code === "string" ? (value as RestoreAnswer) : null;
}
