import { banners } from "./banners.js";
import { checkRows } from "./check-rows.js";
import { createClock } from "./create-clock.js";
import { fetchStatus } from "./fetch-status.js";
import { headline } from "./headline.js";
import { SHAPES } from "./mark.js";
import { bannerSection, checkSection, headlineSection, targetSection, workerSection } from "./sections.js";
import type { StatusDocument } from "./status.js";
import { targetViews } from "./target-views.js";
import type { Knowledge } from "./view.js";
import { workerRows } from "./worker-rows.js";

const POLL_MS = 2_000;
const TICK_MS = 1_000;

const clock = createClock({ monotonicMs: () => performance.now(), wallMs: () => Date.now() });
const shown = new Map<string, string>();
let status: StatusDocument | null = null;
let trouble: string | null = null;

void poll();
// Apart from the polling, so that what is shown ages even while an answer is awaited.
setInterval(show, TICK_MS);
show();

async function poll(): Promise<void> {
  const fetched = await fetchStatus();
  trouble = "trouble" in fetched ? fetched.trouble : null;
  if ("status" in fetched) {
    status = fetched.status;
    clock.set(status.nowMs);
  }
  show();
  setTimeout(() => void poll(), POLL_MS);
}

function show(): void {
  const knowledge: Knowledge = { status, trouble, nowMs: clock.nowMs() };
  const { nowMs } = knowledge;
  const line = headline(knowledge);
  document.title = `${SHAPES[line.tone]} ${line.word} – Caretaker`;
  place("headline", line, headlineSection);
  place("banners", banners(knowledge), bannerSection);
  place("checks", checkRows(status?.checks ?? [], nowMs), checkSection);
  place("workers", workerRows(status?.workers ?? [], nowMs), workerSection);
  place("targets", targetViews(status?.retention ?? [], nowMs), targetSection);
}

/** Rebuilds a section only when what it says has changed: selected text stays, and nothing is read out twice. */
function place<View>(id: string, view: View, build: (view: View) => Node[]): void {
  const content = JSON.stringify(view);
  if (shown.get(id) === content) return;
  shown.set(id, content);
  document.getElementById(id)?.replaceChildren(...build(view));
}
