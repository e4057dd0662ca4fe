import type { Notice, NoticeState, Series } from "./notice.js";

/** What the workers know together, as the store holds it; `null` for none and for what cannot be read. */
export function decodeNotices(text: string): NoticeState | null {
  try {
    const { v, cursor, series, outbox } = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
    if (v !== VERSION || typeof cursor !== "string" || !CURSOR.test(cursor)) return null;
    if (!Array.isArray(series) || !Array.isArray(outbox)) return null;
    return { cursor, series: series as readonly Series[], outbox: outbox as readonly Notice[] };
  } catch {
    return null;
  }
}

/** The text that {@link decodeNotices} reads. */
export function encodeNotices(state: NoticeState): string {
  return JSON.stringify({ v: VERSION, ...state });
}

const VERSION = 1;
const CURSOR = /^\d{1,18}-\d{1,18}$/;
