import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CheckOptions, defineCheck } from "./check.js";
import { type CheckResult, fail, pass } from "./outcome.js";
import { type CheckRun, failed, runCheck } from "./run-check.js";

const TIMEOUT_MS = 500;

let outer: AbortController;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  outer = new AbortController();
});

afterEach(() => {
  expect(vi.getTimerCount(), "timers left").toBe(0);
  expect(getEventListeners(outer.signal, "abort"), "listeners left").toEqual([]);
  vi.useRealTimers();
});

function start(run: CheckOptions["run"]): Promise<CheckRun> {
  const check = defineCheck({ name: "db", every: "1s", timeout: `${TIMEOUT_MS}ms`, run });
  return runCheck(check, { signal: outer.signal, monotonicMs: () => performance.now() });
}

/** A function that ignores its signal, and ends when told to. */
function stubborn() {
  let end: (value?: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((resolve) => {
    end = resolve;
  });
  return { run: () => promise, end: () => end() };
}

/** Rejects as fetch and most drivers do when their signal aborts. */
const obedient: CheckOptions["run"] = ({ signal }) =>
  new Promise<undefined>((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );

/** What some drivers return for a promise. */
function thenable(then: (resolve: (value: undefined) => void, reject: (error: unknown) => void) => void): never {
  return { then } as never;
}

describe("runCheck", () => {
  it.each<[string, CheckOptions["run"], object]>([
    ["returns nothing", () => undefined, { status: "pass", code: "ok" }],
    ["resolves with nothing", async () => undefined, { status: "pass", code: "ok" }],
    [
      "returns a result",
      () => pass({ n: { value: 1, unit: "" } }),
      { status: "pass", measures: { n: { value: 1, unit: "" } } },
    ],
    ["resolves with a failure", async () => fail("dns"), { status: "fail", code: "dns" }],
    ["returns junk", () => "fine" as never, { status: "fail", code: "crashed" }],
    ["resolves with junk", async () => ({ healthy: true }) as never, { status: "fail", code: "crashed" }],
    ["returns null", () => null as never, { status: "fail", code: "crashed" }],
  ])("ends with an outcome when the function %s", async (_name, run, expected) => {
    const result = await start(run);
    expect(result.outcome).toMatchObject(expected);
    expect(result.interrupted).toBe(false);
    await result.settled;
  });

  it.each<[string, CheckOptions["run"]]>([
    [
      "throws",
      () => {
        throw new Error("secret");
      },
    ],
    [
      "rejects",
      async () => {
        throw new Error("secret");
      },
    ],
    [
      "throws nothing at all",
      () => {
        throw undefined;
      },
    ],
    [
      "throws a string",
      () => {
        throw "secret";
      },
    ],
    [
      "returns a thenable that throws",
      () =>
        thenable(() => {
          throw new Error("secret");
        }),
    ],
    ["returns a thenable that rejects", () => thenable((_yes, no) => no(new Error("secret")))],
    [
      "returns what throws when read",
      () =>
        ({
          get status() {
            throw new Error("secret");
          },
        }) as never,
    ],
    [
      "returns measures that throw when read",
      () =>
        ({
          status: "pass",
          get measures() {
            throw new Error("secret");
          },
        }) as never,
    ],
    [
      "returns a revoked proxy",
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy as never;
      },
    ],
  ])("is a crash when the function %s, and never throws", async (_name, run) => {
    const result = await start(run);
    expect(result.outcome).toEqual(failed("crashed", 0));
    expect(result.interrupted).toBe(false);
    await result.settled;
  });

  it("reads the code of what was thrown, and hands the raw error on for the log only", async () => {
    const error = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1"), { code: "ECONNREFUSED" });
    const result = await start(() => Promise.reject<undefined>(error));
    expect(result.outcome).toEqual(failed("refused", 0));
    expect(result.error).toBe(error);
    expect((await start(() => fail("dns", { error }))).error).toBe(error);
    expect((await start(() => pass())).error).toBeUndefined();
    expect((await start(() => null as never)).error).toBeUndefined();
  });

  it("measures by the monotonic clock, in whole ms", async () => {
    const running = start(() => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 120)));
    await vi.advanceTimersByTimeAsync(120);
    expect((await running).outcome.durationMs).toBe(120);
  });

  it("fails without measures where the check itself could not say", () => {
    expect(failed("dns", 3)).toEqual({ status: "fail", code: "dns", durationMs: 3, measures: {} });
  });

  it("rounds to whole ms", async () => {
    const times = [1_000, 1_007.6];
    const check = defineCheck({ name: "db", run: () => undefined });
    const result = await runCheck(check, { signal: outer.signal, monotonicMs: () => times.shift() ?? 0 });
    expect(result.outcome.durationMs).toBe(8);
  });

  it("hands on the error of a result that throws when read, and none of a run that was ended", async () => {
    const error = new Error("secret");
    const hostile = {
      get status(): never {
        throw error;
      },
    };
    expect((await start(() => hostile as never)).error).toBe(error);
    const running = start(stubborn().run);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect((await running).error).toBeUndefined();
  });

  it("enforces the timeout on a function that ignores its signal, and drops what it returns later", async () => {
    const check = stubborn();
    const running = start(check.run);
    let settled = false;
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(await Promise.race([running, Promise.resolve("running")])).toBe("running");
    await vi.advanceTimersByTimeAsync(1);
    const result = await running;
    void result.settled.then(() => {
      settled = true;
    });
    expect(result.outcome).toEqual(failed("timeout", TIMEOUT_MS));
    expect(result.interrupted).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(settled).toBe(false);
    check.end();
    await result.settled;
    expect(result.outcome).toEqual(failed("timeout", TIMEOUT_MS));
  });

  it("settles when a function that was given up at last rejects, without an unhandled rejection", async () => {
    let reject: (error: Error) => void = () => undefined;
    const running = start(
      () =>
        new Promise<undefined>((_resolve, no) => {
          reject = no;
        }),
    );
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    const { settled } = await running;
    reject(new Error("late"));
    await expect(settled).resolves.toBeUndefined();
  });

  it("reports the timeout, not the abort error with which an obedient function ends", async () => {
    const running = start(obedient);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    const result = await running;
    expect(result.outcome).toEqual(failed("timeout", TIMEOUT_MS));
    await result.settled;
  });

  it("reports the timeout also when the function answers its abort with a pass", async () => {
    const running = start(
      ({ signal }) => new Promise<CheckResult>((resolve) => signal.addEventListener("abort", () => resolve(pass()))),
    );
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect((await running).outcome.code).toBe("timeout");
  });

  it("tells the function by its signal why it must end", async () => {
    const reasons: string[] = [];
    const text = ({ name, message }: Error) => `${name}: ${message}`;
    const run: CheckOptions["run"] = ({ signal }) => {
      signal.addEventListener("abort", () => reasons.push(text(signal.reason as Error)));
      return new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
    };
    const first = start(run);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    await first;
    const second = start(run);
    outer.abort();
    await second;
    expect(reasons).toEqual([
      "TimeoutError: the check's run ended: timeout",
      "AbortError: the check's run ended: aborted",
    ]);
  });

  it.each([
    ["an obedient", obedient],
    ["a stubborn", stubborn().run],
  ] as const)(
    "ends at once when %s function is aborted from outside: interrupted, so not evidence",
    async (_name, run) => {
      const running = start(run);
      await vi.advanceTimersByTimeAsync(100);
      outer.abort();
      expect(await running).toMatchObject({ interrupted: true, outcome: failed("aborted", 100) });
    },
  );

  it("is interrupted when it begins after the stop", async () => {
    outer.abort();
    expect(await start(stubborn().run)).toMatchObject({ interrupted: true, outcome: { code: "aborted" } });
  });

  it("is not interrupted by a stop that comes after the end", async () => {
    const result = await start(() => pass());
    outer.abort();
    expect(result).toMatchObject({ interrupted: false, outcome: { code: "ok" } });
  });

  it("leaves no abort on a signal whose run ended in time", async () => {
    let seen: AbortSignal | undefined;
    await start(({ signal }) => {
      seen = signal;
      return pass();
    });
    await vi.advanceTimersByTimeAsync(10 * TIMEOUT_MS);
    expect(seen?.aborted).toBe(false);
  });

  it("runs two hundred checks under one signal without a warning of the process", async () => {
    // scripts/testing/fail-on-leaks.ts turns a MaxListenersExceededWarning into an error of the run; this names it.
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.prependListener("warning", note);
    const running = Array.from({ length: 200 }, () => start(obedient));
    await new Promise((resolve) => setImmediate(resolve));
    outer.abort();
    await Promise.all(running);
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});
