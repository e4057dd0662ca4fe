/** A moment as ISO 8601 writes it. */
export interface IsoTime {
  /** Its digits read as if they were UTC, in ms since the epoch. */
  readonly wallMs: number;
  /** The moment itself in ms since the epoch, or `null` when the text names no zone. */
  readonly instantMs: number | null;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])([01]\d|2[0-3])(?::?([0-5]\d))?)?$/;

/** Reads a date and time, with or without a zone; `null` for anything else and for a day or time that does not exist. */
export function parseIsoTime(text: string): IsoTime | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00", fraction = "0", utc, sign, zoneHour, zoneMinute] = match;
  const secondMs = calendarMs(`${year}${month}${day}`, `${hour}${minute}${second}`);
  if (secondMs === null) return null;
  const wallMs = secondMs + Math.trunc(Number(`0.${fraction}`) * 1_000);
  if (utc !== undefined) return { wallMs, instantMs: wallMs };
  if (sign === undefined) return { wallMs, instantMs: null };
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute ?? 0)) * 60_000;
  return { wallMs, instantMs: wallMs - (sign === "-" ? -offsetMs : offsetMs) };
}

/** Ms since the epoch of `YYYYMMDD` and `HHMMSS` read as UTC; `null` unless both exist in the calendar. */
export function calendarMs(date: string, time: string): number | null {
  const text = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}.000Z`;
  const ms = Date.parse(text);
  // Date accepts 31 February and hour 24 by rolling over; only what prints as it was written is real.
  return Number.isFinite(ms) && new Date(ms).toISOString() === text ? ms : null;
}
