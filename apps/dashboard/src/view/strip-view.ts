import type { History, Strip } from "@caretaker/status";
import { formatDuration } from "./format-duration.js";
import { type Marked, toneOf } from "./tone.js";

/** One bucket of a strip. */
export interface Bucket extends Marked {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A strip, ready to be drawn: one SVG path for each kind of bucket, and the same in words. */
export interface StripView {
  readonly paths: readonly { readonly kind: string; readonly d: string }[];
  readonly width: number;
  readonly words: string;
  readonly buckets: readonly Bucket[];
}

/** The height of the box the paths lie in. */
export const STRIP_HEIGHT = 20;

const STEP = 4;
const BAR = 3;

// Heights tell the kinds apart for who sees no colours: what is worse stands higher.
const HEIGHTS = { up: 8, degraded: 14, down: 20, none: 2 } as const;

type Kind = keyof typeof HEIGHTS;

/** The worst states of a check's buckets as bars. */
export function stripView({ worst, mixed }: Strip, { fromMs, bucketMs }: History): StripView {
  const kinds = worst.map((state): Kind => state ?? "none");
  const isMixed = new Set(mixed);
  const paths = (["up", "degraded", "down", "none"] as const).map((kind) => ({ kind, d: barsOf(kinds, kind) }));
  return {
    paths: [...paths, { kind: "mixed", d: marksOf(kinds, isMixed) }].filter(({ d }) => d !== ""),
    width: Math.max(kinds.length * STEP - (STEP - BAR), 1),
    words: wordsOf(kinds, bucketMs),
    buckets: kinds.map((kind, index) =>
      bucketOf(kind, isMixed.has(index), { fromMs: fromMs + index * bucketMs, bucketMs }),
    ),
  };
}

function bucketOf(kind: Kind, isMixed: boolean, { fromMs, bucketMs }: { fromMs: number; bucketMs: number }): Bucket {
  const word = kind === "none" ? "nobody looked" : isMixed ? `${kind} and better` : kind;
  return { tone: kind === "none" ? "unknown" : toneOf(kind), word, fromMs, toMs: fromMs + bucketMs };
}

function barsOf(kinds: readonly Kind[], wanted: Kind): string {
  const height = HEIGHTS[wanted];
  return kinds
    .flatMap((kind, index) =>
      kind === wanted ? `M${index * STEP} ${STRIP_HEIGHT - height}h${BAR}v${height}h-${BAR}z` : [],
    )
    .join("");
}

/** A notch at the foot of each bar that saw more than one state. */
function marksOf(kinds: readonly Kind[], isMixed: ReadonlySet<number>): string {
  return kinds
    .flatMap((_, index) => (isMixed.has(index) ? `M${index * STEP} ${STRIP_HEIGHT - 4}h${BAR}v4h-${BAR}z` : []))
    .join("");
}

function wordsOf(kinds: readonly Kind[], bucketMs: number): string {
  const count = (wanted: Kind) => kinds.filter((kind) => kind === wanted).length;
  const told = (["down", "degraded", "up"] as const).flatMap((kind) =>
    count(kind) > 0 ? `${kind} in ${count(kind)}` : [],
  );
  const none = count("none") > 0 ? [`no data in ${count("none")}`] : [];
  return `worst state of ${kinds.length} spans of ${formatDuration(bucketMs)}: ${[...told, ...none].join(", ")}`;
}
