import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

// By their paths, since this file stands beside no package.
const { defineCheck, fail, pass, warn } = await import("../../packages/health/dist/index.js");
const { defineTarget, recorderSessions } = await import("../../packages/retention/dist/index.js");

const root = process.env["SCREENSHOTS_DIR"] ?? join(tmpdir(), "caretaker-screenshots");

/**
 * Takes about as long as told, a little more or less each time.
 *
 * @template T
 * @param {number} ms
 * @param {() => T} outcome
 */
function taking(ms, outcome) {
  return async () => {
    await delay(ms * (0.6 + 0.8 * Math.random()));
    return outcome();
  };
}

const often = /** @type {const} */ ({ every: "2s", timeout: "1500ms" });

export default {
  checks: [
    defineCheck({
      ...often,
      name: "orders-db",
      critical: true,
      run: taking(12, () => pass({ queryMs: { value: 3, unit: "ms" } })),
    }),
    defineCheck({
      ...often,
      name: "redis",
      critical: true,
      run: taking(4, () => pass({ latencyMs: { value: 0.4, unit: "ms" } })),
    }),
    defineCheck({ ...often, name: "payments-api", run: taking(180, () => fail("bad_status")) }),
    defineCheck({ ...often, name: "model-server", run: taking(420, () => pass({ models: { value: 3, unit: "" } })) }),
    defineCheck({ ...often, name: "ffmpeg", scope: "host", run: taking(35, () => pass()) }),
    defineCheck({
      ...often,
      name: "recordings-disk",
      scope: "host",
      run: taking(2, () =>
        warn("threshold", {
          freeBytes: { value: 41 * 1024 ** 3, unit: "bytes" },
          freePercent: { value: 8.2, unit: "%" },
        }),
      ),
    }),
    defineCheck({ ...often, name: "mail", run: taking(60, () => pass()) }),
    defineCheck({ name: "certificate", every: "1h", run: () => pass({ daysLeft: { value: 61, unit: "" } }) }),
  ],
  retention: [
    defineTarget({
      name: "calls",
      root: join(root, "calls"),
      owns: recorderSessions(),
      keep: { last: 6 },
      trash: { keepFor: "1d" },
    }),
    defineTarget({ name: "meetings", root: join(root, "meetings"), owns: recorderSessions(), keep: { last: 3 } }),
  ],
};
