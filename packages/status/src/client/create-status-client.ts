import type { CheckExplanations, History, HistoryRange, Status } from "../types.js";
import { ask, ofThisVersion, type StatusClientOptions } from "./ask.js";
import { type FollowOptions, followStatus, type StatusUpdate } from "./follow-status.js";

/** Which history is asked for. */
export interface HistoryQuestion {
  readonly range: HistoryRange;
  /** Default every check. */
  readonly check?: string;
}

/** The status API over HTTP. Each question throws `StatusApiError` where it is refused, and what `fetch` throws. */
export interface StatusClient {
  status(): Promise<Status>;
  history(question: HistoryQuestion): Promise<History>;
  /** Why a check counts as it does; with the id of a transition, why it changed then. */
  explain(check: string, at?: string): Promise<CheckExplanations>;
  /** The status now and whenever it changes; connects again by itself until the signal aborts. */
  events(options?: FollowOptions): AsyncGenerator<StatusUpdate>;
}

/** A client of one API; it keeps nothing open between questions. For browsers too. */
export function createStatusClient(options: StatusClientOptions): StatusClient {
  const get = async (path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<unknown> => {
    const signal = AbortSignal.timeout(options.timeoutMs ?? 5_000);
    return (await ask(options, { path, query, accept: "application/json", signal })).json();
  };
  return {
    status: async () => ofThisVersion<Status>(await get("status")),
    history: async ({ range, check }) => ofThisVersion<History>(await get("status/history", { range, check })),
    explain: async (check, at) =>
      (await get(`status/explain/${encodeURIComponent(check)}`, { at })) as CheckExplanations,
    events: (follow) => followStatus(options, follow),
  };
}
