/** A moment as the page shows it: short for the eye, whole for whoever wants to know. */
export interface ShownTime {
  readonly text: string;
  /** With date, seconds and zone. */
  readonly full: string;
  readonly iso: string;
}

/** A moment in ms, in this zone: the time of day, with the date where it is not today's. */
export function formatTime(ms: number, { zone, nowMs }: { zone: string; nowMs: number }): ShownTime {
  const day = partsOf(ms, zone, DAY);
  const time = partsOf(ms, zone, TIME);
  const text = day === partsOf(nowMs, zone, DAY) ? time : `${day} ${time}`;
  return { text, full: `${partsOf(ms, zone, FULL)} ${zone}`, iso: new Date(ms).toISOString() };
}

/** How far a zone is ahead of UTC at a moment, such as `UTC+01:00`. */
export function offsetOf(zone: string, ms: number): string {
  const parts = formatter(zone, { timeZoneName: "longOffset" }).formatToParts(ms);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  return name.replace(/^GMT([+-]00:00)?/, "UTC");
}

const DAY = { day: "numeric", month: "short" } as const;
const TIME = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const FULL = { weekday: "short", ...DAY, year: "numeric", ...TIME } as const;

function partsOf(ms: number, zone: string, options: Intl.DateTimeFormatOptions): string {
  return formatter(zone, options).format(ms);
}

// Making one costs far more than using it, and each second uses dozens.
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${Object.keys(options).join()}`;
  const known = made.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...options, timeZone, hourCycle: "h23" });
  made.set(key, known);
  return known;
}
