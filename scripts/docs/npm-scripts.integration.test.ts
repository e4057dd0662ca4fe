import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ROOT } from "./pages.ts";

// As a page has them, with as little to do as shows that they do it: figures take minutes of a whole machine.
const COMMANDS: readonly (readonly [command: string, prints: RegExp])[] = [
  ["npm run doctor", /^ok +node/m],
  [
    "npm run bench -- retention --sessions 200 --rounds 1",
    /Deletion, 2 files each, 200 sessions[\s\S]*Quote the ratios/,
  ],
  ["npm run bench -- propagation --quick --json /dev/null", /Publication to what is served[\s\S]*Quote the ratios/],
  ["npm run mutation -- units --mutate src/duration.ts", /duration\.ts +\|/],
];

describe("commands of the pages that no other test runs", () => {
  it.each(COMMANDS)("%s", { timeout: 120_000 }, async (command, prints) => {
    const child = spawn("sh", ["-c", command], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    const [said, complained, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    expect(code, `${said}\n${complained}`).toBe(0);
    expect(said).toMatch(prints);
  });
});
