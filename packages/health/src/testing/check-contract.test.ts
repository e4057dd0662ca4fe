import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CheckDefinition, type CheckOptions, defineCheck } from "../check.js";
import { pass } from "../outcome.js";
import { checkContract, type MakeCheck } from "./check-contract.js";

const CANARY = "canary-3f9a17c04b";
const SHORT = { every: "1s", timeout: "100ms" } as const;

function checkOf(run: unknown): CheckDefinition {
  return defineCheck({ name: "mine", ...SHORT, run: run as CheckOptions["run"] });
}

/** Ends when it is told to, and takes everything with it. */
function untilAborted({ signal }: { signal: AbortSignal }): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}

async function brokenPromises(make: MakeCheck, stalled?: MakeCheck): Promise<string[]> {
  const options = { abortWithinMs: 60, canaries: [CANARY], ...(stalled === undefined ? {} : { stalled }) };
  const broken: string[] = [];
  for (const { name, run } of checkContract(make, options)) {
    await run().catch((error: Error) =>
      broken.push(`${name.replace("check: ", "")} (${error.message.split("\n")[0]})`),
    );
  }
  return broken;
}

describe("checkContract", () => {
  it.each<[string, unknown]>([
    ["returns nothing", () => {}],
    ["returns a pass with measures", async () => pass({ latencyMs: { value: 1, unit: "ms" } })],
    ["throws", () => Promise.reject(new Error(CANARY))],
    ["fails with the raw error aside", () => ({ status: "fail", code: "refused", error: new Error(CANARY) })],
  ])("finds nothing wrong with a check that %s", async (_title, run) => {
    expect(await brokenPromises(() => checkOf(run))).toEqual([]);
  });

  it("finds nothing wrong with a check that waits until it is aborted", async () => {
    const make = () => checkOf(() => undefined);
    expect(await brokenPromises(make, () => checkOf(untilAborted))).toEqual([]);
  });

  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number) => new Promise((resolve) => timers.push(setTimeout(resolve, ms)));
  const number = { value: 1, unit: "ms" };
  it.each<[string, unknown, string]>([
    ["returns a text", () => "fine", "returns what a check may return"],
    ["invents a code", () => ({ status: "fail", code: "sad" }), "returns what a check may return"],
    ["fails with ok", () => ({ status: "fail", code: "ok" }), "returns what a check may return"],
    [
      "measures nine things",
      () => pass(Object.fromEntries("abcdefghi".split("").map((name) => [name, number]))),
      "publishes few numbers",
    ],
    ["measures a text", () => pass({ version: { value: "1.2" as never, unit: "" } }), "publishes few numbers"],
    ["takes longer than it may", () => later(150), "answers within its own timeout"],
    ["starts when it is aborted already", () => later(95), "does nothing once it is aborted before it starts"],
    ["ignores its signal", () => later(95), "ends soon after it is aborted"],
    ["ignores its signal", () => later(95), "does not overlap itself under the runner (it had not ended"],
    ["measures in a secret", () => pass({ a: { value: 1, unit: CANARY } }), "publishes no secret"],
    ["measures the hash", () => pass({ [hash()]: number }), "publishes no secret"],
    ["leaves a timer", () => void later(500), "leaves nothing behind"],
    [
      "leaves a process",
      () => {
        const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 700)"], { stdio: "ignore" });
        child.once("error", () => {});
      },
      "leaves nothing behind",
    ],
  ])("finds a check that %s", async (_title, run, promise) => {
    expect((await brokenPromises(() => checkOf(run))).join("\n")).toContain(promise);
    for (const timer of timers.splice(0)) clearTimeout(timer);
  });

  it("finds a check that hangs with its dependency, and a dependency that does not hang", async () => {
    const make = () => checkOf(() => undefined);
    expect(await brokenPromises(make, () => checkOf(() => later(500)))).toEqual([
      expect.stringContaining("while its dependency says nothing (waited 60 ms"),
    ]);
    expect(await brokenPromises(make, make)).toEqual([expect.stringContaining("this proves nothing")]);
    for (const timer of timers.splice(0)) clearTimeout(timer);
  });

  it("finds a check that rejects beside its run", async () => {
    // The test runner's own listeners would count what is meant to happen here.
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    const make = () => checkOf(() => void Promise.reject(new Error("beside")));
    const beside = checkContract(make).find(({ name }) => name.includes("beside"));
    await expect(beside?.run()).rejects.toThrow("unhandledRejection: Error: beside");
    for (const listener of listeners) process.on("unhandledRejection", listener);
  });

  it("makes the check anew for each case, and takes down what was set up", async () => {
    const events: string[] = [];
    const cases = checkContract(() => {
      events.push("made");
      return { check: checkOf(() => undefined), close: () => void events.push("closed") };
    });
    for (const { run } of cases) await run();
    expect(events).toEqual(cases.flatMap(() => ["made", "closed"]));
  });

  it("refuses a canary so short that it would be found by accident", () => {
    expect(() => checkContract(() => checkOf(() => undefined), { canaries: ["short"] })).toThrow(RangeError);
  });
});

function hash(): string {
  return `a${createHash("sha256").update(CANARY).digest("hex").slice(0, 20)}`;
}
