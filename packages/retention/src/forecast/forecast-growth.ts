import type { DiskSpace } from "../classified-entry.js";
import type { Policy } from "../policy.js";

/** What came to a root on one day. */
export interface DayOfArrivals {
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
  readonly sessions: number;
  /** Of those that were measured. */
  readonly bytes: number;
}

/** What a run freed, and what was free on the disk when it ended, in ms since the epoch. */
export interface RunFreed {
  readonly finishedAtMs: number;
  readonly bytesFreed: number;
  /** `null` when the run did not get that far. */
  readonly freeBytes: number | null;
}

/** What a forecast is made of. */
export interface GrowthFacts {
  /** In ms since the epoch. */
  readonly nowMs: number;
  /** The root's file system as it is now. */
  readonly disk: DiskSpace;
  readonly policy: Pick<Policy, "maxBytes" | "minFree">;
  /** Bytes of the sessions that are kept, as last measured; `null` when nobody has. */
  readonly keptBytes: number | null;
  /** Oldest first; a day without a session may be missing. `cleanupTotals` has them. */
  readonly arrivals: readonly DayOfArrivals[];
  /** `cleanupHistory` has them. */
  readonly runs: readonly RunFreed[];
}

/** A limit, and when it is reached at this growth. */
export interface ReachedMark {
  /** `min_free`: less than `minFree.warn` is free; `full`: nothing is; `max_bytes`: the sessions take that much. */
  readonly mark: "min_free" | "full" | "max_bytes";
  /** How much may still come; 0 or less once it is reached. */
  readonly leftBytes: number;
  /** In ms since the epoch, no earlier than now; `null`: not at this growth. */
  readonly atMs: number | null;
}

/** How a root grows, and where that leads. */
export interface GrowthForecast {
  /** The whole days the sessions' figures are the mean of; 0 when there is none to tell by. */
  readonly days: number;
  readonly sessionsPerDay: number;
  readonly arrivedBytesPerDay: number;
  readonly freedBytesPerDay: number;
  /** How fast the disk fills, whoever fills it, by what was free after each run; `null`: known for less than a day. */
  readonly diskBytesPerDay: number | null;
  /** Only those that the policy or the disk has, the first to be reached first. */
  readonly marks: readonly ReachedMark[];
}

const DAY_MS = 86_400_000;

/**
 * When the disk and the sessions reach their marks, if all goes on as on the days that are known: the disk by what was
 * free after each run, or, known for less than a day, by the sessions that came and went. Pure, and an estimate:
 * nothing is ever deleted by it.
 */
export function forecastGrowth(facts: GrowthFacts): GrowthForecast {
  const period = wholeDays(facts);
  const days = period.untilDay - period.fromDay;
  const perDay = (sum: number) => (days === 0 ? 0 : sum / days);
  const arrived = facts.arrivals.filter(({ day }) => isIn(period, dayOf(Date.parse(day))));
  const freed = facts.runs.filter(({ finishedAtMs }) => isIn(period, dayOf(finishedAtMs)));
  const rates = {
    sessionsPerDay: perDay(sumOf(arrived, ({ sessions }) => sessions)),
    arrivedBytesPerDay: perDay(sumOf(arrived, ({ bytes }) => bytes)),
    freedBytesPerDay: perDay(sumOf(freed, ({ bytesFreed }) => bytesFreed)),
  };
  const sessionGrowth = days === 0 ? null : rates.arrivedBytesPerDay - rates.freedBytesPerDay;
  const diskBytesPerDay = fillRate(facts.runs);
  const growth = { sessions: sessionGrowth, disk: diskBytesPerDay ?? sessionGrowth };
  return { days, ...rates, diskBytesPerDay, marks: marksOf(facts, growth) };
}

/** The slope of the straight line that fits best: one large file that came and went does not turn it. */
function fillRate(runs: readonly RunFreed[]): number | null {
  const points = runs.flatMap(({ finishedAtMs, freeBytes }) =>
    freeBytes === null ? [] : [{ x: finishedAtMs / DAY_MS, y: freeBytes }],
  );
  const xs = points.map(({ x }) => x);
  if (points.length < 2 || Math.max(...xs) - Math.min(...xs) < 1) return null;
  const meanX = sumOf(points, ({ x }) => x) / points.length;
  const meanY = sumOf(points, ({ y }) => y) / points.length;
  const spread = sumOf(points, ({ x }) => (x - meanX) ** 2);
  // What was free fell as the disk filled; never minus zero, which prints as such.
  return 0 - sumOf(points, ({ x, y }) => (x - meanX) * (y - meanY)) / spread;
}

interface Period {
  readonly fromDay: number;
  /** Not in it: today is not over, and half a day's sessions would look like little growth. */
  readonly untilDay: number;
}

function wholeDays({ nowMs, arrivals }: GrowthFacts): Period {
  const untilDay = dayOf(nowMs);
  const known = arrivals.map(({ day }) => dayOf(Date.parse(day))).filter((day) => day < untilDay);
  return { fromDay: known.reduce((first, day) => Math.min(first, day), untilDay), untilDay };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

function isIn({ fromDay, untilDay }: Period, day: number): boolean {
  return day >= fromDay && day < untilDay;
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

interface Growth {
  /** Bytes a day; `null` where nothing tells. */
  readonly sessions: number | null;
  readonly disk: number | null;
}

function marksOf({ nowMs, disk, policy, keptBytes }: GrowthFacts, growth: Growth): ReachedMark[] {
  const lefts: [ReachedMark["mark"], number | null, number | null][] = [
    ["min_free", policy.minFree && disk.freeBytes - policy.minFree.warnBytes, growth.disk],
    ["full", disk.freeBytes, growth.disk],
    ["max_bytes", policy.maxBytes === null || keptBytes === null ? null : policy.maxBytes - keptBytes, growth.sessions],
  ];
  const marks = lefts.flatMap(([mark, leftBytes, growthPerDay]) =>
    leftBytes === null ? [] : [{ mark, leftBytes, atMs: reachedAt(leftBytes, { nowMs, growthPerDay }) }],
  );
  return marks.sort((a, b) => (a.atMs ?? Number.POSITIVE_INFINITY) - (b.atMs ?? Number.POSITIVE_INFINITY));
}

function reachedAt(
  leftBytes: number,
  { nowMs, growthPerDay }: { readonly nowMs: number; readonly growthPerDay: number | null },
): number | null {
  if (leftBytes <= 0) return nowMs;
  if (growthPerDay === null || growthPerDay <= 0) return null;
  return Math.round(nowMs + (leftBytes / growthPerDay) * DAY_MS);
}
