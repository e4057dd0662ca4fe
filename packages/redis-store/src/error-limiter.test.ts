import { expect, it } from "vitest";
import { createErrorLimiter } from "./error-limiter.js";

it("logs the first error of a kind, then one in 10 s with the number left out", () => {
  const lines: unknown[] = [];
  let nowMs = 0;
  const log = { warn: (_message: string, fields?: unknown) => lines.push(fields) };
  const report = createErrorLimiter(log, () => nowMs);
  for (let count = 0; count < 1_000; count += 1) report("queue", new Error("OOM command not allowed"));
  report("queue", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
  report("store", new Error("OOM command not allowed"));
  expect(lines).toHaveLength(3);
  nowMs = 9_999;
  report("queue", new Error("OOM command not allowed"));
  expect(lines).toHaveLength(3);
  nowMs = 10_000;
  report("queue", new Error("OOM command not allowed"));
  expect(lines[3]).toMatchObject({ connection: "queue", leftOut: 1_000 });
});
