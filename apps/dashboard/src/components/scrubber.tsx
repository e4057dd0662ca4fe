import type { History } from "@caretaker/status";
import { useState } from "preact/hooks";
import { keyOf } from "../view/check-rows.js";
import { formatTime } from "../view/format-time.js";
import { type Bucket, stripView } from "../view/strip-view.js";
import { StripBars } from "./strip.js";

interface ScrubberProps {
  readonly history: History;
  readonly checkKey: string;
  readonly zone: string;
  readonly nowMs: number;
}

/** A strip that is read span by span: with a slider, so by keyboard and by ear as well as by hand. */
export function Scrubber({ history, checkKey, zone, nowMs }: ScrubberProps) {
  const [at, setAt] = useState<number | null>(null);
  const strip = history.strips.find(({ check: name, host }) => keyOf({ name, host }) === checkKey);
  if (strip === undefined) return null;
  const view = stripView(strip, history);
  const place = Math.min(at ?? view.buckets.length - 1, view.buckets.length - 1);
  const bucket = view.buckets[place];
  const words = bucket === undefined ? "" : wordsOf(bucket, { zone, nowMs });
  return (
    <div class="scrubber">
      <StripBars view={view} />
      <input
        type="range"
        min={0}
        max={view.buckets.length - 1}
        value={place}
        aria-label="Span of time"
        aria-valuetext={words}
        onInput={(event) => setAt(Number(event.currentTarget.value))}
      />
      <p class="faint">{words}</p>
    </div>
  );
}

function wordsOf({ fromMs, toMs, word }: Bucket, options: { zone: string; nowMs: number }): string {
  return `${formatTime(fromMs, options).text} to ${formatTime(toMs, options).text}: ${word}`;
}
