import { describe, expect, it } from "vitest";
import { headline } from "./headline.js";
import { check, knowledge, NOW_MS, status } from "./testing.test.fixture.js";

const at = (nowMs: number, changes: Parameters<typeof status>[0] = {}) =>
  headline(knowledge({ status: status(changes), nowMs }));

describe("the headline", () => {
  it.each([
    [{}, "pass", "Ready"],
    [{ verdict: "warn" }, "warn", "Ready, with warnings"],
    [{ verdict: "fail" }, "fail", "Not ready"],
    [{ verdict: "fail", lifecycle: "starting" }, "fail", "Starting"],
    [{ verdict: "fail", lifecycle: "draining" }, "fail", "Stopping"],
    [{ workers: [] }, "warn", "Ready, with warnings"],
    [{ workers: [], checks: [] }, "pass", "Ready"],
  ] as const)("of %j is %s, %s", (changes, tone, word) => {
    expect(at(NOW_MS, changes)).toMatchObject({ tone, word });
  });

  it("is unknown at once when the service does not answer, however good the last answer was", () => {
    expect(headline(knowledge({ connection: "away", trouble: "it cannot be reached" })).tone).toBe("unknown");
    expect(headline(knowledge({ status: null, connection: "none" })).tone).toBe("unknown");
    expect(headline(knowledge({ status: null, connection: "locked" })).word).toBe("Locked");
  });

  it("is no longer green once a counted check has aged past its own limit, to the millisecond", () => {
    // The worker goes on, so that only the result's own time tells.
    const workers = [{ ...status().workers[0], beatAtMs: NOW_MS + 70_000 }] as never;
    expect(at(NOW_MS + 70_000, { workers }).tone).toBe("pass");
    expect(at(NOW_MS + 70_001, { workers }).tone).toBe("warn");
    expect(at(NOW_MS + 70_001, { workers, checks: [check("db", { counted: false })] }).tone).toBe("pass");
  });

  it("is red once a critical check that counts as down when stale has aged", () => {
    const checks = [check("db", { critical: true, onStale: "fail" })];
    expect(at(NOW_MS + 70_001, { checks }).tone).toBe("fail");
  });

  it("names what is wrong, worst first, and no more than four of a kind", () => {
    const down = ["a", "b", "c", "d", "e"].map((name) => check(name, { state: "down", contribution: "warn" }));
    const slow = check("slow", { state: "degraded", contribution: "warn" });
    expect(at(NOW_MS, { verdict: "warn", checks: [slow, ...down, check("fine")] }).detail).toBe(
      "1 of 7 checks pass. Down: a, b, c, d and 1 more. Degraded: slow.",
    );
    expect(at(NOW_MS, { checks: [] }).detail).toBe("No checks are declared.");
  });
});
