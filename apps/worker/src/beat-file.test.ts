import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepBeatFile } from "./beat-file.js";

const EVERY_MS = 5_000;
const LONG_AGO = new Date(0);

let dataDir: string;
let file: string;
const warn = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  dataDir = join(mkdtempSync(join(tmpdir(), "caretaker-beat-")), "data");
  file = join(dataDir, "worker.beat");
  warn.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(join(dataDir, ".."), { recursive: true, force: true });
});

it("holds the process id, stays young, and is gone when it is stopped", () => {
  const stop = keepBeatFile(dataDir, { warn });
  expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
  utimesSync(file, LONG_AGO, LONG_AGO);
  vi.advanceTimersByTime(EVERY_MS);
  expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(60_000);
  expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
  stop();
  expect(existsSync(file)).toBe(false);
  vi.advanceTimersByTime(EVERY_MS);
  expect(existsSync(file)).toBe(false);
  expect(warn).not.toHaveBeenCalled();
});

it("lets the worker live where it cannot be touched, says so once, and comes back by itself", () => {
  const stop = keepBeatFile(dataDir, { warn });
  for (const _round of [1, 2]) {
    warn.mockClear();
    rmSync(dataDir, { recursive: true });
    vi.advanceTimersByTime(3 * EVERY_MS);
    expect(warn.mock.calls).toEqual([
      ["beat file not touched", { error: expect.objectContaining({ code: "ENOENT" }) }],
    ]);
    mkdirSync(dataDir);
    vi.advanceTimersByTime(EVERY_MS);
    expect(readFileSync(file, "utf8")).toBe(`${process.pid}\n`);
  }
  stop();
});
