import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { findOnPath } from "../setup/find-on-path.mjs";
import { ROOT } from "./pages.ts";

// As a page has them, with as little to do as shows that they do it: figures take minutes of a whole machine.
const COMMANDS: readonly (readonly [command: string, prints: RegExp])[] = [
  ["npm run doctor", /^ok +node/m],
  [
    "npm run bench -- retention --sessions 200 --rounds 1",
    /Deletion, 2 files each, 200 sessions[\s\S]*Quote the ratios/,
  ],
  ["npm run bench -- propagation --quick --json /dev/null", /Publication to what is served[\s\S]*Quote the ratios/],
  [
    "npm run bench -- loop --quick --json /dev/null",
    /second `npm start`, until it is ready +\|[\s\S]*Quote the ratios/,
  ],
  ["npm run mutation -- units --mutate src/duration.ts", /duration\.ts +\|/],
];

const hasBrowser = findOnPath(["chromium", "chromium-browser", "google-chrome"]) !== undefined;

async function run(command: string) {
  const child = spawn("sh", ["-c", command], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { said, complained, code };
}

describe("commands of the pages that no other test runs", () => {
  it.each(COMMANDS)("%s", { timeout: 120_000 }, async (command, prints) => {
    const { said, complained, code } = await run(command);
    expect(code, `${said}\n${complained}`).toBe(0);
    expect(said).toMatch(prints);
  });

  it("npm run screenshots", { timeout: 120_000 }, async ({ skip }) => {
    skip(!hasBrowser, "no chromium");
    const images = mkdtempSync(join(tmpdir(), "caretaker-images-"));
    const { said, complained, code } = await run(`npm run screenshots -- --settle 3 --out ${images}`);
    expect(code, `${said}\n${complained}`).toBe(0);
    const shown = readdirSync(join(ROOT, "docs", "img")).filter((name) => name.endsWith(".png"));
    expect(readdirSync(images).sort()).toEqual(shown.sort());
    for (const name of shown) expect(sizeOf(join(images, name))).toEqual(sizeOf(join(ROOT, "docs", "img", name)));
    rmSync(images, { recursive: true });
  });

  it.each([
    ["--settle soon", '--settle must be seconds from 0 to 600, not "soon"'],
    ["--wide", "Unknown option '--wide'"],
  ])("npm run screenshots -- %s is refused before anything is started", async (flags, message) => {
    const { complained, code } = await run(`npm run screenshots -- ${flags}`);
    expect(complained).toContain(message);
    expect(code).toBe(2);
  });
});

/** Width and height, from the head that every PNG begins with. */
function sizeOf(path: string): readonly number[] {
  const head = readFileSync(path);
  return [head.readUInt32BE(16), head.readUInt32BE(20)];
}
