import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type DirectedFleet, openDirectedFleet } from "../../../worker/test/directed-fleet.ts";
import { recordSessions } from "../../../worker/test/record-sessions.ts";
import { fixture, scratchDirectory } from "../../../worker/test/worker-process.ts";
import { spawnApi, stopApi, urlOf } from "../api-process.ts";
import { axe, CHROMIUM, launch, watchFaults } from "./browser.ts";

const ADMIN_TOKEN = "an-admin-token-for-tests";
const SOON = { every: "1s", timeout: "500ms", failureThreshold: 1, successThreshold: 1 } as const;
const CHECKS = [
  { ...SOON, name: "database", critical: true },
  { ...SOON, name: "ffmpeg", scope: "host" },
  { name: "rare", every: "1h" },
] as const;

const root = scratchDirectory();
const recordings = join(root, "recordings");

let redis: RedisServer;
let fleet: DirectedFleet;
let worker: SpawnedApp;
let api: SpawnedApp;
let url: string;
let browser: Browser;
let oldest: string;

function startApi(env: Record<string, string> = {}): SpawnedApp {
  return spawnApi({ REDIS_URL: redis.url, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a", ADMIN_TOKEN, ...env });
}

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  mkdirSync(recordings);
  [oldest = ""] = await recordSessions(recordings, "call", 13);
  redis = await startRedisServer();
  fleet = openDirectedFleet(root, redis.url, CHECKS);
  const target = { name: "recordings", root: recordings, keep: { last: 1 }, trash: { keepFor: "1d" } };
  worker = fleet.start("host-a", {
    CARETAKER_CONFIG: fixture("page.config.mjs"),
    TARGETS: JSON.stringify([target]),
  });
  api = startApi({ PORT: String(await freePort()) });
  url = await waitFor(() => urlOf(api), { timeoutMs: 30_000, what: "the API" });
  browser = await launch();
  await waitFor(async () => (await (await fetch(`${url}/status/history`)).text()).includes('"to":"up"'), {
    timeoutMs: 30_000,
    what: "the first changes in the history",
  });
  await waitFor(async () => (await (await fetch(`${url}/status`)).text()).includes('"outcome":"refused"'), {
    timeoutMs: 20_000,
    what: "the first cleanup, which its guards refuse",
  });
  const isKnown = async () => (await (await fetch(url)).text()).replaceAll(/<[^>]*>/g, "").includes(ALL_KNOWN);
  await waitFor(isKnown, { timeoutMs: 20_000, what: "the first result of every check" });
}, 90_000);

afterAll(async () => {
  if (CHROMIUM === undefined) return;
  await browser?.close();
  fleet.close();
  for (const app of [api, worker]) if (app.child.exitCode === null && app.child.signalCode === null) await stopApi(app);
  await redis.stop();
});

async function open(path = "/", options: BrowserContextOptions = {}, base = url): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  // Sooner than a test, so that it says what it waited for.
  page.setDefaultTimeout(8_000);
  await page.goto(base + path);
  return page;
}

const headlineOf = (page: Page) => page.locator("h1").innerText();
const stateOf = (page: Page, check: string) => page.locator(`#check-${check} .mark`).first().innerText();

function until(page: Page, headline: RegExp, timeoutMs = 10_000) {
  return waitFor(async () => headline.test(await headlineOf(page)), { timeoutMs, what: `the headline ${headline}` });
}

async function close(page: Page): Promise<void> {
  await page.context().close();
}

const ALL_KNOWN = "4 of 5 checks pass";

// In order: each goes on where the last left off, since starting a system for each would take minutes.
describe.skipIf(CHROMIUM === undefined)("the page in a browser (needs chromium on PATH)", () => {
  it("is complete at its first paint, without any script", async () => {
    const page = await open("/?check=database&range=1h", { javaScriptEnabled: false });
    const faults = watchFaults(page, url);
    await page.reload();
    // Its guards have refused the first cleanup, which is a warning.
    expect(await page.title()).toBe("▲ Ready, with warnings – Caretaker");
    expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe("icon-warn.svg");
    expect(await stateOf(page, "database")).toBe("up");
    const text = await page.locator("body").innerText();
    for (const part of [ALL_KNOWN, "Alone it leaves readiness at 200", "too_many", "host-a", "times in UTC"]) {
      expect(text).toContain(part);
    }
    expect(await page.locator("#check-database .strip path.up").count()).toBe(1);
    // The row of the opened check can be closed, and another range shown, by plain links.
    await page.getByRole("link", { name: "7 d" }).click();
    expect(new URL(page.url()).search).toBe("?check=database&range=7d");
    expect(faults).toEqual([]);
    await close(page);
  });

  it("turns within a second of a check's failure, and tells it in the title, the icon and the list of changes", async () => {
    const page = await open("/?range=1h");
    const faults = watchFaults(page, url);
    await page.locator(".learning.live").waitFor();
    await page.evaluate(WATCH_FOR_FAILURE);
    fleet.direct("database", "fail");
    const { atMs } = await fleet.untilState("database", "down");
    await until(page, /^Not ready/);
    const seenAtMs = await page.evaluate<number>("failedAtMs");
    process.stdout.write(`publish to pixel: ${Math.round(seenAtMs - atMs)} ms\n`);
    expect(seenAtMs - atMs).toBeLessThan(1_000);
    expect(await page.title()).toBe("■ Not ready – Caretaker");
    expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe("icon-fail.svg");
    expect(await page.locator("tbody tr th a").first().innerText()).toBe("database");
    await page.locator(".changes tr", { hasText: "refused the connection" }).first().waitFor();
    fleet.direct("database", "pass");
    await until(page, /^Ready/);
    expect(faults).toEqual([]);
    await close(page);
  });

  it("is used by keyboard alone: a check is opened, run now with the token, and closed", async () => {
    const page = await open();
    await page.locator(".learning.live").waitFor();
    await tabTo(page, "rare");
    await page.keyboard.press("Enter");
    await page.getByText("Why it counts as it does").waitFor();
    expect(new URL(page.url()).search).toBe("?check=rare");
    const before = fleet.notes("rare", "start").length;
    await tabTo(page, "Span of time");
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator(".scrubber input").getAttribute("aria-valuetext")).toContain("nobody looked");
    await tabTo(page, "Run check now");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("another-token");
    await page.keyboard.press("Enter");
    await page.getByText("This token is not the right one.").waitFor();
    await tabTo(page, "token");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(ADMIN_TOKEN);
    await page.keyboard.press("Enter");
    await page.getByText("rare was asked to run.").waitFor();
    await waitFor(() => fleet.notes("rare", "start").length === before + 1, { timeoutMs: 3_000, what: "the run" });
    // The focus is back where it was, and the token nowhere but in this tab.
    expect(await nameOfFocus(page)).toBe("Run check now");
    expect(await page.evaluate("[localStorage.length, document.cookie, sessionStorage.length]")).toEqual([0, "", 1]);
    await close(page);
  });

  it("runs a dry run, shows what a guard refused, confirms that plan, and restores a session", async () => {
    const page = await open();
    await page.locator(".learning.live").waitFor();
    const sessions = () => readdirSync(recordings).filter((name) => name.startsWith("call_"));
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.getByRole("dialog").getByLabel("ADMIN_TOKEN").fill(ADMIN_TOKEN);
    await page.getByRole("dialog").getByRole("button", { name: "Dry run" }).click();
    await page.locator("tr[data-run]", { hasText: "0 (would be 12)" }).waitFor();
    expect(sessions()).toHaveLength(13);

    expect(await page.locator(".refusal").innerText()).toMatch(/too_many.*12 of 13 sessions.*confirm the plan/s);
    await page.getByRole("button", { name: /^Confirm plan/ }).click();
    expect(await page.getByRole("dialog").innerText()).toContain("deletes 12 sessions");
    await page.getByRole("button", { name: "Confirm and delete" }).click();
    await page.locator("tr[data-run]", { hasText: "12 to trash" }).waitFor();
    expect(sessions()).toHaveLength(1);
    await page.locator(".refusal").waitFor({ state: "detached" });
    expect(await page.locator(".plan").innerText()).toContain("in the trash: 12 sessions");

    await page.getByRole("button", { name: "Restore" }).click();
    await page.locator("input[name=session]").fill(oldest);
    await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
    await waitFor(() => sessions().includes(oldest), { what: "the session to come back" });
    await close(page);
  });

  it.each(["light", "dark"] as const)(
    "has nothing for axe to find in the %s theme",
    { timeout: 90_000 },
    async (colorScheme) => {
      fleet.direct("ffmpeg", "fail");
      await fleet.untilState("ffmpeg@host-a", "down");
      for (const width of [1440, 1200, 1152, 360]) {
        const page = await open("/?check=database", { colorScheme, viewport: { width, height: 800 } });
        await page.locator(".learning.live").waitFor();
        expect(await axe(page)).toEqual([]);
        await page.getByRole("button", { name: "Run cleanup" }).click();
        await page.getByRole("dialog").waitFor();
        expect(await axe(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "hidden" });
        const wide = await page.evaluate<number[]>("[document.documentElement.scrollWidth, innerWidth]");
        expect(wide[0], `sideways scrolling at ${width} px`).toBe(wide[1]);
        await close(page);
      }
      fleet.direct("ffmpeg", "pass");
      await fleet.untilState("ffmpeg@host-a", "up");
    },
  );

  it("shows a wall nothing to press", async () => {
    const page = await open("/?kiosk=1");
    await page.locator(".learning.live").waitFor();
    expect(await page.getByRole("button").count()).toBe(1);
    expect(await page.getByRole("button").innerText()).toMatch(/^times in/);
    expect(await axe(page)).toEqual([]);
    await close(page);
  });

  it("says at once that nothing is known when the API is killed, and goes on when it is back", async () => {
    const page = await open();
    await page.locator(".learning.live").waitFor();
    const { port } = new URL(url);
    api.child.kill("SIGKILL");
    await api.exit;
    await until(page, /^Unknown/, 5_000);
    expect(await page.title()).toBe("◇ Unknown – Caretaker");
    expect(await page.locator(".banners").innerText()).toContain("No answer from the service");
    api = startApi({ PORT: port });
    await urlOf(api);
    await until(page, /^Ready/);
    await page.locator(".learning.live").waitFor();
    expect(await page.locator(".banners").innerText()).toBe("");
    await close(page);
  });

  it("asks for a token where reading needs one, and shows the page once it has it", async () => {
    const closed = startApi({ STATUS_TOKEN: "a-token-for-reading" });
    try {
      const address = await waitFor(() => urlOf(closed), { timeoutMs: 30_000, what: "the API" });
      const page = await open("/", {}, address);
      await page.getByLabel("Token").fill("another-token");
      await page.keyboard.press("Enter");
      await page.getByText("This token is not the right one.").waitFor();
      expect(await page.locator("body").innerText()).not.toContain("database");
      await page.getByLabel("Token").fill("a-token-for-reading");
      await page.keyboard.press("Enter");
      await page.locator("#check-database").waitFor();
      await close(page);
    } finally {
      await stopApi(closed);
    }
  });

  it("says that Redis cannot be reached, and no more once it can", async () => {
    const page = await open();
    await page.locator(".learning.live").waitFor();
    redis.pause();
    try {
      await page.locator(".banners", { hasText: "Redis" }).waitFor({ timeout: 20_000 });
    } finally {
      redis.resume();
    }
    await waitFor(async () => !(await page.locator(".banners").innerText()).includes("Redis"), {
      timeoutMs: 20_000,
      what: "the banner to go",
    });
    await close(page);
  });

  it("never shows an old green when the worker is killed", { timeout: 90_000 }, async () => {
    const page = await open();
    await page.locator(".learning.live").waitFor();
    worker.child.kill("SIGKILL");
    await worker.exit;
    await waitFor(async () => (await stateOf(page, "database")) === "stale, was up", {
      timeoutMs: 20_000,
      what: "the row to turn stale",
    });
    expect(await headlineOf(page)).not.toBe("Ready");
    await page.getByText("No worker is alive.").waitFor({ timeout: 20_000 });
    await close(page);
  });
});

// What the tests run in the page is text: they are compiled for Node, which has no document.
const WATCH_FOR_FAILURE = `new MutationObserver(() => requestAnimationFrame(() => {
  if (document.querySelector("h1").textContent === "Not ready") globalThis.failedAtMs ??= Date.now();
})).observe(document.body, { subtree: true, characterData: true, childList: true })`;

/** Presses Tab until what has the focus is called this. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await nameOfFocus(page)) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}; the last was ${await nameOfFocus(page)}`);
}

function nameOfFocus(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const focus = document.activeElement;
    return focus?.ariaLabel || focus?.innerText || focus?.name || "";
  })()`);
}
