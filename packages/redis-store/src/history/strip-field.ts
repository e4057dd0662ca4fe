import { decodeStrip, HISTORY_RANGES, type StripEntry } from "@caretaker/health";

/** The hash field of one strip: `1h|disk@host-a`. */
export function toStripField({ range, series }: Pick<StripEntry, "range" | "series">): string {
  return `${range}|${series}`;
}

/** The strips of the hash, without whatever is none. */
export function toStripEntries(hash: Readonly<Record<string, string>>): StripEntry[] {
  return Object.entries(hash).flatMap(([field, text]) => {
    const at = field.indexOf("|");
    const range = HISTORY_RANGES.find((known) => known === field.slice(0, at));
    const strip = decodeStrip(text);
    return range === undefined || strip === null ? [] : [{ series: field.slice(at + 1), range, strip }];
  });
}
