import type { GrowthForecast, ReachedMark } from "@caretaker/retention";
import { formatSize } from "@caretaker/units";
import { counted } from "../render/counted.js";
import { humanDuration } from "../render/human.js";

/** How a root grows, and when that reaches which mark, in a line. */
export function renderForecast(forecast: GrowthForecast, nowMs: number): string {
  const { days, arrivedBytesPerDay, freedBytesPerDay, diskBytesPerDay, marks } = forecast;
  const by = `by the last ${counted(days, "day")} ${size(arrivedBytesPerDay)} a day come and ${size(freedBytesPerDay)} go`;
  const fills =
    diskBytesPerDay === null || diskBytesPerDay <= 0 ? [] : [`the disk fills by ${size(diskBytesPerDay)} a day`];
  return [...(days === 0 ? [] : [by]), ...fills, ...marks.map((mark) => reached(mark, nowMs))].join("; ");
}

function size(bytes: number): string {
  return formatSize(Math.round(bytes));
}

const MARKS: Readonly<Record<ReachedMark["mark"], string>> = {
  min_free: "less than minFree.warn is free",
  full: "the disk is full",
  max_bytes: "keep.maxBytes is reached",
};

function reached({ mark, atMs }: ReachedMark, nowMs: number): string {
  if (atMs === null) return `${MARKS[mark]} never`;
  return atMs <= nowMs ? `${MARKS[mark]} now` : `${MARKS[mark]} in ${humanDuration(atMs - nowMs)}`;
}
