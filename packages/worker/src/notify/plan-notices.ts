import type { StoredState, TransitionEntry } from "@caretaker/health";
import type { Notice, Series, Window } from "./notice.js";

/** What is told and when. */
export interface NoticeRules {
  /** How long a check that has had its say is held back. */
  readonly windowMs: number;
  /** Whether a check is critical. */
  readonly isCritical: (check: string) => boolean;
  /** Only of critical checks. */
  readonly onlyCritical: boolean;
}

/** What has come to be known. */
export interface News {
  readonly series: readonly Series[];
  /** Oldest first. */
  readonly transitions: readonly TransitionEntry[];
  /** Redis server time, in ms. */
  readonly nowMs: number;
}

/** What is told, and what is remembered. */
export interface NoticePlan {
  readonly notices: readonly Notice[];
  readonly series: readonly Series[];
}

/** Notices at once in one window: that a check fails and that it has recovered. Whatever follows is summed up. */
const AT_ONCE = 2;

// A machine that has gone takes its checks with it; nobody will tell how they are.
const FORGOTTEN_AFTER_MS = 7 * 24 * 3_600_000;

/** What is to be told of these changes of state, by their own times: asked again with the same it answers the same. */
export function planNotices({ series, transitions, nowMs }: News, rules: NoticeRules): NoticePlan {
  const notices: Notice[] = [];
  const all = new Map(series.map((one) => [keyOf(one), one]));
  const step = (key: string, step: Step) => {
    notices.push(...step.notices);
    if (step.series === null) all.delete(key);
    else all.set(key, step.series);
  };
  for (const transition of transitions) {
    if (rules.onlyCritical && !rules.isCritical(transition.check)) continue;
    const key = keyOf(transition);
    const before = all.get(key);
    if (before !== undefined) step(key, closeWindows(before, transition.atMs, rules));
    step(key, take(all.get(key) ?? null, transition, rules));
  }
  for (const [key, one] of all) step(key, closeWindows(one, nowMs, rules));
  return { notices, series: [...all.values()].filter((one) => !isForgotten(one, nowMs)) };
}

interface Step {
  readonly notices: readonly Notice[];
  readonly series: Series | null;
}

function take(before: Series | null, transition: TransitionEntry, rules: NoticeRules): Step {
  const { check, host, from, to, atMs } = transition;
  const told = before?.told ?? null;
  const window = before?.window ?? null;
  const isQuiet = window !== null && window.sent >= AT_ONCE;
  const isNews = told === null ? !(from === "unknown" && to === "up") : told !== to;
  if (!isQuiet && !isNews) return { notices: [], series: before };
  const troubledSinceMs = to === "up" ? null : (before?.troubledSinceMs ?? atMs);
  if (isQuiet && before !== null) {
    const held: Window = { ...window, held: window.held + 1, last: transition };
    return {
      notices: [],
      series: { ...before, troubledSinceMs: before.troubledSinceMs ?? troubledSinceMs, window: held },
    };
  }
  const opened: Window = window ?? { id: transition.id, startMs: atMs, sent: 0, held: 0, last: null };
  const notice: Notice = {
    id: transition.id,
    kind: kindOf(to),
    check,
    host,
    from: told ?? from,
    state: to,
    code: transition.code,
    critical: rules.isCritical(check),
    sinceMs: atMs,
    troubledForMs: troubledFor(before, to, atMs),
    changes: 1,
  };
  const series = { check, host, told: to, troubledSinceMs, window: { ...opened, sent: opened.sent + 1 } };
  return { notices: [notice], series };
}

/** Ends what is over at that time. What was held back is told then, once, and the next window has had its say with that. */
function closeWindows(series: Series, atMs: number, rules: NoticeRules): Step {
  const { window } = series;
  if (window === null || window.startMs + rules.windowMs > atMs) return { notices: [], series };
  const { last } = window;
  if (last === null) return { notices: [], series: series.told === "up" ? null : { ...series, window: null } };
  const { check, host } = series;
  const notice: Notice = {
    id: `${window.id}-sum`,
    kind: "flapping",
    check,
    host,
    from: series.told,
    state: last.to,
    code: last.code,
    critical: rules.isCritical(check),
    sinceMs: last.atMs,
    troubledForMs: troubledFor(series, last.to, last.atMs),
    changes: window.held,
  };
  const next: Series = {
    ...series,
    told: last.to,
    troubledSinceMs: last.to === "up" ? null : series.troubledSinceMs,
    window: { id: last.id, startMs: window.startMs + rules.windowMs, sent: AT_ONCE, held: 0, last: null },
  };
  const rest = closeWindows(next, atMs, rules);
  return { notices: [notice, ...rest.notices], series: rest.series };
}

function troubledFor(before: Series | null, to: StoredState, atMs: number): number | null {
  const sinceMs = before?.troubledSinceMs ?? null;
  return to !== "up" || sinceMs === null ? null : Math.max(0, atMs - sinceMs);
}

function kindOf(state: StoredState): Notice["kind"] {
  return state === "up" ? "recovered" : state;
}

function keyOf({ check, host }: Pick<Series, "check" | "host">): string {
  return host === null ? check : `${check}@${host}`;
}

function isForgotten({ troubledSinceMs, window }: Series, nowMs: number): boolean {
  return window === null && troubledSinceMs !== null && nowMs - troubledSinceMs > FORGOTTEN_AFTER_MS;
}
