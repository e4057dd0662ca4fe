import { formatTime } from "../view/format-time.js";

/** A moment in the page's zone; whole, with its zone, for whoever points at it. */
export function Moment({ ms, zone, nowMs }: { ms: number; zone: string; nowMs: number }) {
  const { text, full, iso } = formatTime(ms, { zone, nowMs });
  return (
    <time dateTime={iso} title={full}>
      {text}
    </time>
  );
}
