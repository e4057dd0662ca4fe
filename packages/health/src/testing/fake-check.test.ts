import { describe, expect, it } from "vitest";
import { fail } from "../outcome.js";
import { runCheck } from "../run-check.js";
import { createFakeCheck } from "./fake-check.js";

function run(check: ReturnType<typeof createFakeCheck>, signal = new AbortController().signal) {
  return runCheck(check.definition, { signal, monotonicMs: () => 0 });
}

describe("createFakeCheck", () => {
  it("passes until told otherwise", async () => {
    const check = createFakeCheck({ name: "db", critical: true });
    expect(check.definition).toMatchObject({ name: "db", critical: true, everyMs: 1_000 });
    expect((await run(check)).outcome.code).toBe("ok");
    check.answer(fail("dns"));
    expect((await run(check)).outcome.code).toBe("dns");
    check.answer(() => {
      throw new Error("boom");
    });
    expect((await run(check)).outcome.code).toBe("crashed");
    expect(check.runs()).toBe(3);
    expect(check.mostAtOnce()).toBe(1);
  });

  it("hangs until it is let go", async () => {
    const check = createFakeCheck();
    check.hang();
    const stop = new AbortController();
    const both = [run(check, stop.signal), run(check, stop.signal)];
    stop.abort();
    const runs = await Promise.all(both);
    expect(runs.map(({ interrupted }) => interrupted)).toEqual([true, true]);
    expect(check.mostAtOnce()).toBe(2);
    check.letGo();
    await Promise.all(runs.map(({ settled }) => settled));
  });
});
