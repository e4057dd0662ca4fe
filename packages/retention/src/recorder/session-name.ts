import type { ParsedName } from "../ownership.js";
import { calendarMs } from "./iso-time.js";

// No `m` flag: with it, `$` would accept a name that goes on after a line break.
const NAME = /^([A-Za-z0-9][A-Za-z0-9._-]{0,127})_(\d{8})_(\d{6})$/;
const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Which session ids there are. */
export const SESSION_ID_ALLOWED = "1 to 128 of A-Z a-z 0-9 . _ -, starting with a letter or digit";

/** Splits `<session_id>_<YYYYMMDD>_<HHMMSS>` at its last two underscores; `null` for any other name (retention.md §2). */
export function parseSessionName(name: string): ParsedName | null {
  const [, sessionId, date, time] = NAME.exec(name) ?? [];
  if (sessionId === undefined || date === undefined || time === undefined) return null;
  const stampMs = calendarMs(date, time);
  return stampMs === null ? null : { sessionId, stampMs };
}

/** The name of a session's directory, its stamp in UTC. Takes a valid id and a date from year 0 to 9999. */
export function formatSessionName(sessionId: string, startedAt: Date): string {
  const [date = "", time = ""] = startedAt.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `${sessionId}_${date}_${time}`;
}

/** Whether a session may be called this. */
export function isSessionId(value: unknown): value is string {
  return typeof value === "string" && SESSION_ID.test(value);
}
