import type { Status } from "@caretaker/status";
import { createStatusClient } from "@caretaker/status/client";
import { hydrate, render } from "preact";
import { App } from "../components/app.js";
import type { Acts, Page } from "../components/page.js";
import { hrefOf, readAddress } from "../view/address.js";
import { keyOf } from "../view/check-rows.js";
import { headline } from "../view/headline.js";
import { SHAPES } from "../view/tone.js";
import { createClock } from "./create-clock.js";
import { doDeed } from "./do-deed.js";
import { followStatus } from "./follow-status.js";
import { createTokenStore } from "./token-store.js";

const TICK_MS = 1_000;
const HISTORY_MS = 30_000;
const HISTORY_LAG_MS = 5_500;

const root = document.getElementById("page") as HTMLElement;
// Below a proxy's path too.
const base = new URL(".", location.href);
const clock = createClock({ monotonicMs: () => performance.now(), wallMs: () => Date.now() });
const tokens = createTokenStore(() => sessionStorage);
const client = () => {
  const token = tokens.get();
  return createStatusClient({ url: base, ...(token === null ? {} : { token }) });
};
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let page = JSON.parse(document.getElementById("known")?.textContent ?? "") as Page;
clock.set(page.nowMs);
let historyAt = page.history === null ? 0 : performance.now();
let asked = { history: "", explained: "" };

const acts: Acts = {
  show: (part) => {
    const address = { ...page.address, ...part };
    history.pushState(null, "", hrefOf(address));
    update({ address });
  },
  toggleZone: () => update({ zone: page.zone === "UTC" ? ownZone : "UTC" }),
  ask: (deed) => update({ question: { deed, isAsking: false, problem: null } }),
  answer: (form) => void answer(form),
  dismiss: () => update({ question: null }),
  unlock: (token) => {
    hold(token);
    following.restart();
  },
  forgetToken: () => hold(null),
};

// First exactly what the server drew, so that nothing moves; then what only a browser knows.
hydrate(<App page={page} acts={null} />, root);
const following = followStatus({
  client,
  holdsToken: () => tokens.get() !== null,
  isHidden: () => document.hidden,
  listener: {
    onStatus: (status, connection) => {
      clock.set(status.nowMs);
      const changed = page.status !== null && statesOf(page.status) !== statesOf(status);
      update({ status, connection, trouble: null });
      // The service reads the history anew only every few seconds, and a change is to be seen in it soon.
      if (changed) void readHistory();
      if (changed) setTimeout(() => void readHistory(), HISTORY_LAG_MS);
      if (performance.now() - historyAt > HISTORY_MS) void readHistory();
      void explain();
    },
    // Whoever may no longer read is shown nothing that was read.
    onTrouble: (connection, trouble) =>
      update({
        connection,
        trouble,
        ...(connection === "locked" ? { status: null, history: null, explained: null } : {}),
      }),
  },
});
update({ zone: ownZone, holdsToken: tokens.get() !== null });
// Apart from the following, so that what is shown ages even while an answer is awaited.
setInterval(() => update({}), TICK_MS);
addEventListener("popstate", () => update({ address: readAddress(location.search) }));
document.addEventListener("visibilitychange", () => following.restart());

function update(part: Partial<Page>): void {
  const before = page;
  page = { ...page, ...part, nowMs: clock.nowMs() };
  render(<App page={page} acts={acts} />, root);
  const line = headline(page);
  document.title = `${SHAPES[line.tone]} ${line.word} – Caretaker`;
  const icon = document.querySelector("link[rel=icon]");
  if (icon?.getAttribute("href") !== `icon-${line.tone}.svg`) icon?.setAttribute("href", `icon-${line.tone}.svg`);
  if (before.address.range !== page.address.range) void readHistory();
  if (before.address.check !== page.address.check) void explain();
}

function statesOf({ checks }: Status): string {
  return checks.map((check) => `${keyOf(check)} ${check.state} ${check.sinceMs}`).join();
}

function hold(token: string | null): void {
  tokens.set(token);
  update({ holdsToken: token !== null });
}

async function answer(form: FormData): Promise<void> {
  const { question } = page;
  if (question === null) return;
  const token = tokens.get() ?? String(form.get("token") ?? "");
  update({ question: { ...question, isAsking: true, problem: null } });
  const result = await doDeed(question.deed, { token, session: String(form.get("session") ?? "") });
  if ("done" in result) {
    hold(token);
    update({ question: null, notice: { tone: "pass", text: result.done } });
    return;
  }
  if (result.isToken) hold(null);
  update({ question: { ...question, isAsking: false, problem: result.refused } });
}

async function readHistory(): Promise<void> {
  const { range } = page.address;
  historyAt = performance.now();
  // Where there is no answer, the following of the status says so already.
  const read = await client()
    .history({ range })
    .catch(() => null);
  if (read !== null && page.address.range === range) update({ history: read });
}

/** Asks why the open check counts as it does, again with each of its results. */
async function explain(): Promise<void> {
  const { check: key } = page.address;
  const check = page.status?.checks.find((one) => keyOf(one) === key);
  const wanted = check === undefined ? "" : `${key} ${check.atMs} ${check.state} ${check.freshness}`;
  if (wanted === asked.explained) return;
  asked = { ...asked, explained: wanted };
  if (check === undefined) return;
  const explained = await client()
    .explain(check.name)
    .catch(() => null);
  if (explained !== null && asked.explained === wanted) update({ explained });
}
