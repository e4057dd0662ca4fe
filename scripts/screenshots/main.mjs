import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { UserError } from "../setup/errors.mjs";
import { findOnPath } from "../setup/find-on-path.mjs";
import { rootDir } from "../setup/root-dir.mjs";
import { say } from "../setup/say.mjs";
import { plantPast } from "./plant-past.mjs";

const usage = `usage: npm run screenshots [-- flags]

  --out <dir>         where the pictures go (default: docs/img)
  --settle <seconds>  how long the demo runs before it is photographed (default: 30, long enough for sparklines)
`;

/** The pictures as the README shows them. */
const SHOTS = [
  { name: "overview-light", path: "/", width: 1440, height: 1150, scheme: "light" },
  { name: "check-open-dark", path: "/?check=payments-api", width: 1440, height: 1150, scheme: "dark" },
  { name: "phone-light", path: "/", width: 360, height: 780, scheme: "light" },
  { name: "wall-dark", path: "/?kiosk=1&range=7d", width: 1920, height: 1080, scheme: "dark" },
];

const HOST_ID = "studio-a";
/**
 * `npm run screenshots`: runs the demo with a week's past planted, photographs its page, and stops it.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit code
 */
export async function main(argv) {
  const { images, settleMs } = readFlags(argv);
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
    await delay(settleMs);
    await photograph(api, { executablePath, images });
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

/** @param {string[]} argv */
function readFlags(argv) {
  const flags = parseFlags(argv);
  const settleS = Number(flags.settle);
  if (!(settleS >= 0 && settleS <= 600 && flags.settle.trim() !== ""))
    throw new UserError(`--settle must be seconds from 0 to 600, not ${JSON.stringify(flags.settle)}`, { exitCode: 2 });
  return { images: resolve(flags.out), settleMs: settleS * 1_000 };
}

/** @param {string[]} argv */
function parseFlags(argv) {
  const out = /** @type {const} */ ({ type: "string", default: join(rootDir, "docs", "img") });
  const settle = /** @type {const} */ ({ type: "string", default: "30" });
  try {
    return parseArgs({ args: argv, options: { out, settle } }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error}\n${usage.trim()}`, { exitCode: 2 });
  }
}

/** @param {string} api @param {{ executablePath: string, images: string }} options */
async function photograph(api, { executablePath, images }) {
  mkdirSync(images, { recursive: true });
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath, args });
  for (const { name, path: address, width, height, scheme } of SHOTS) {
    const colorScheme = /** @type {"light" | "dark"} */ (scheme);
    const page = await browser.newPage({ viewport: { width, height }, colorScheme, timezoneId: "Europe/Berlin" });
    await page.goto(api + address);
    await page.locator(".learning.live").waitFor();
    await delay(1_500);
    const path = join(images, `${name}.png`);
    await page.screenshot({ path });
    await page.close();
    say(`screenshots: ${path}`);
  }
  await browser.close();
}
