import type { NoticeStore } from "@caretaker/redis-store";
import type { WorkerLog } from "../log.js";
import { lookRegularly, type RegularLook } from "../look-regularly.js";
import type { NoticeState } from "./notice.js";
import { decodeNotices, encodeNotices } from "./notice-codec.js";
import type { NoticeQueue } from "./notice-queue.js";
import type { NotifySettings } from "./notify-options.js";
import { planNotices } from "./plan-notices.js";

/** What deciding on notices needs. */
export interface NotifierOptions {
  readonly store: NoticeStore;
  readonly queue: Pick<NoticeQueue, "add">;
  readonly notify: Pick<NotifySettings, "windowMs" | "onlyCritical">;
  readonly log: WorkerLog;
  /** Default 1 s. */
  readonly everyMs?: number;
}

const EVERY_MS = 1_000;

/** A fleet that starts looks this far back, so that what its first run finds is told. */
const LOOK_BACK_MS = 10_000;

/**
 * Looks every second at the stream of changes and decides what is told. Any worker may: what was decided and where to go
 * on are exchanged in one step, and only one worker's decision takes the place of what all of them read. What is decided
 * is kept there until it is in the queue, so a worker that dies in between loses nothing, and the queue takes each once.
 */
export function startNotifier({ store, queue, notify, log, everyMs = EVERY_MS }: NotifierOptions): RegularLook {
  // What a store that lost its data is given back, so that nothing is told again.
  let known: NoticeState | null = null;
  return lookRegularly({
    everyMs,
    isReady: () => store.isReady(),
    look: async () => {
      known = await decide({ store, queue, notify }, known);
    },
    log,
    failure: "changes of state not looked at for notices",
  });
}

async function decide(
  { store, queue, notify }: Pick<NotifierOptions, "store" | "queue" | "notify">,
  known: NoticeState | null,
): Promise<NoticeState | null> {
  const { nowMs, state: before } = await store.read();
  const state = decodeNotices(before) ?? known ?? beginning(nowMs);
  await queue.add(state.outbox);
  const { transitions, lastId } = await store.after(state.cursor);
  const notCritical = transitions.length + state.series.length === 0 ? new Set() : await store.notCritical();
  const isCritical = (check: string) => !notCritical.has(check);
  const { notices, series } = planNotices({ ...state, transitions, nowMs }, { ...notify, isCritical });
  const next: NoticeState = { cursor: lastId, series, outbox: notices };
  const after = encodeNotices(next);
  // An older worker wrote what this one cannot read, or the other way round: whoever is newer goes on.
  if (after === before) return next;
  if (!(await store.exchange(before, after))) return known;
  await queue.add(notices);
  return next;
}

function beginning(nowMs: number): NoticeState {
  return { cursor: `${Math.max(0, nowMs - LOOK_BACK_MS)}-0`, series: [], outbox: [] };
}
