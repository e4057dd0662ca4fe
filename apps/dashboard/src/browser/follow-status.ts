import type { Status } from "@caretaker/status";
import { StatusApiError, type StatusClient } from "@caretaker/status/client";

/** What the page hears. */
export interface StatusListener {
  onStatus(status: Status, way: "live" | "polling"): void;
  onTrouble(way: "away" | "locked", trouble: string | null): void;
}

/** What following needs from the browser. */
export interface FollowOptions {
  readonly listener: StatusListener;
  /** A client with the token that this tab holds now. */
  readonly client: () => StatusClient;
  readonly holdsToken: () => boolean;
  readonly isHidden: () => boolean;
}

/** A following that goes on for as long as the page is there. */
export interface Following {
  /** Begins anew at once: the tab is seen again, or has a token now. */
  restart(): void;
}

const POLL_MS = 2_000;
// A page that nobody sees holds no connection: a browser has six for an origin, and people have many tabs.
const HIDDEN_POLL_MS = 10_000;

/** Follows the status by its stream, and by asking every 2 s while there is none. */
export function followStatus(options: FollowOptions): Following {
  let current = start(options);
  return {
    restart: () => {
      current.abort();
      current = start(options);
    },
  };
}

function start(options: FollowOptions): AbortController {
  const stop = new AbortController();
  const link = { isLive: false };
  void listen(options, link, stop.signal);
  void poll(options, link, stop.signal);
  return stop;
}

interface Link {
  isLive: boolean;
}

async function listen(options: FollowOptions, link: Link, signal: AbortSignal): Promise<void> {
  if (options.isHidden()) return;
  let status: Status | null = null;
  try {
    for await (const update of options.client().events({ signal })) {
      link.isLive = update.type !== "lost";
      if (update.type === "status") status = update.status;
      if (update.type === "heartbeat" && status !== null) status = { ...status, nowMs: update.nowMs };
      if (link.isLive && status !== null) options.listener.onStatus(status, "live");
    }
  } catch {
    // Refused for good: asking, which goes on, says why.
  } finally {
    link.isLive = false;
  }
}

async function poll(options: FollowOptions, link: Link, signal: AbortSignal): Promise<void> {
  let wasAway = false;
  while (!signal.aborted) {
    // The stream gets a moment to come first, or to come back.
    await pause(options.isHidden() ? HIDDEN_POLL_MS : wasAway || link.isLive ? POLL_MS / 2 : POLL_MS);
    if (link.isLive || signal.aborted) continue;
    const answered = await askOnce(options, link, signal);
    if (answered && wasAway && !options.isHidden()) void listen(options, link, signal);
    wasAway = !answered;
  }
}

/** Asks once; whether there was an answer. */
async function askOnce({ client, listener, holdsToken }: FollowOptions, link: Link, signal: AbortSignal) {
  try {
    const status = await client().status();
    if (!link.isLive && !signal.aborted) listener.onStatus(status, "polling");
    return true;
  } catch (error) {
    if (link.isLive || signal.aborted) return false;
    if (error instanceof StatusApiError && (error.status === 401 || error.status === 403)) {
      listener.onTrouble("locked", holdsToken() ? "This token is not the right one." : null);
    } else listener.onTrouble("away", describe(error));
    return false;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof StatusApiError)) return "it cannot be reached";
  return error.status === 200 ? "it speaks another version; reload this page" : `it answered ${error.status}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
