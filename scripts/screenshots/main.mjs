import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { UserError } from "../setup/errors.mjs";
import { findOnPath } from "../setup/find-on-path.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { plantPast } from "./plant-past.mjs";

/** The pictures in docs/img, as the README shows them. */
const SHOTS = [
  { name: "overview-light", path: "/", width: 1440, height: 1150, scheme: "light" },
  { name: "check-open-dark", path: "/?check=payments-api", width: 1440, height: 1150, scheme: "dark" },
  { name: "phone-light", path: "/", width: 360, height: 780, scheme: "light" },
  { name: "wall-dark", path: "/?kiosk=1&range=7d", width: 1920, height: 1080, scheme: "dark" },
];

const HOST_ID = "studio-a";
// Long enough for sparklines, and for both targets to have run.
const SETTLE_MS = 30_000;

/**
 * `npm run screenshots`: runs the demo with a week's past planted, photographs its page, and stops it.
 *
 * @returns {Promise<number>} exit code
 */
export async function main() {
  const executablePath = findOnPath(["chromium", "chromium-browser", "google-chrome"]);
  if (executablePath === undefined) throw new UserError("no chromium on PATH: install it (Debian: chromium)");
  const directory = mkdtempSync(join(tmpdir(), "caretaker-screenshots-"));
  const dataDir = join(directory, "data");
  const sessionsDir = join(directory, "sessions");
  await plantPast({ dataDir, sessionsDir, hostId: HOST_ID });
  const system = startSystem({ dataDir, sessionsDir });
  try {
    const { api } = await system.ready;
    say("screenshots: the demo runs; waiting for it to have something to show");
    await delay(SETTLE_MS);
    await photograph(api, executablePath);
  } finally {
    await system.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  return 0;
}

/** @param {{ dataDir: string, sessionsDir: string }} directories */
function startSystem({ dataDir, sessionsDir }) {
  const child = spawn(
    process.execPath,
    [join(rootDir, "scripts/start.mjs"), "--port", "0", "--json", "--no-demo", "--data-dir", dataDir],
    {
      env: {
        ...process.env,
        HOST_ID,
        ADMIN_TOKEN: "a-token-for-the-screenshots",
        CARETAKER_CONFIG: join(rootDir, "scripts/screenshots/demo.config.mjs"),
        SCREENSHOTS_DIR: sessionsDir,
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  /** @type {Promise<{ api: string }>} */
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", (line) => resolve(JSON.parse(line)));
    void ended.then((code) => reject(new UserError(`the demo ended with ${code} before it was ready`)));
  });
  return {
    ready,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** @param {string} api @param {string} executablePath */
async function photograph(api, executablePath) {
  const images = join(rootDir, "docs", "img");
  mkdirSync(images, { recursive: true });
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath, args });
  for (const { name, path, width, height, scheme } of SHOTS) {
    const colorScheme = /** @type {"light" | "dark"} */ (scheme);
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, timezoneId: "Europe/Berlin" });
    await page.goto(api + path);
    await page.locator(".learning.live").waitFor();
    await delay(1_500);
    await page.screenshot({ path: join(images, `${name}.png`) });
    await page.close();
    say(`screenshots: docs/img/${name}.png`);
  }
  await browser.close();
}
