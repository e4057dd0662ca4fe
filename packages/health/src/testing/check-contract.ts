import { equal, fail, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as delay, setImmediate as turn } from "node:timers/promises";
import { type CheckDefinition, toSpec } from "../check.js";
import { isCode } from "../codes.js";
import { MAX_MEASURES, OUTCOME_STATUSES, publishableMeasures } from "../outcome.js";
import { type CheckRun, runCheck } from "../run-check.js";
import { encodeSpec } from "../spec-codec.js";
import type { ContractCase } from "./check-store-contract.js";
import { createMemoryCheckStore } from "./memory-check-store.js";
import { tickCheck } from "./tick-check.js";
import { watchFaults } from "./watch-faults.js";
import { watchResources } from "./watch-resources.js";

/** A check to be tried, and how to take down what was set up for it. */
export interface CheckHarness {
  readonly check: CheckDefinition;
  close?(): void | Promise<void>;
}

/** Makes the check anew, for one case. */
export type MakeCheck = () => CheckDefinition | CheckHarness | Promise<CheckDefinition | CheckHarness>;

/** What the battery cannot know by itself. */
export interface CheckContractOptions {
  /** For the titles of the cases; `check` unless told. */
  readonly name?: string;
  /** How long the check may go on after it was aborted, in ms; 1000 unless told. */
  readonly abortWithinMs?: number;
  /**
   * The same check against a dependency that never answers: a socket that accepts and says nothing, a process that is
   * stopped. Without it an abort can only be tried on runs that end by themselves.
   */
  readonly stalled?: MakeCheck;
  /** Secrets you planted in an environment variable, a URL or an answer; at least 8 characters each. */
  readonly canaries?: readonly string[];
}

/**
 * What every check must stand, one case each, for any test runner:
 * `it.each(checkContract(() => myCheck()))("$name", ({ run }) => run())`.
 *
 * A case rejects with an `AssertionError` where the check breaks the promise. Run them one after the other: they compare
 * what keeps the process alive before and after.
 *
 * @throws RangeError for a canary shorter than 8 characters, which would be found by accident.
 */
export function checkContract(makeCheck: MakeCheck, options: CheckContractOptions = {}): ContractCase[] {
  const { name = "check", abortWithinMs = 1_000, stalled, canaries = [] } = options;
  if (canaries.some((canary) => canary.length < 8)) throw new RangeError("a canary has at least 8 characters");
  const limits: Limits = { abortWithinMs, canaries };
  return [
    ...casesOf(name, { promises: PROMISES, makeCheck, limits }),
    ...(stalled === undefined ? [] : casesOf(name, { promises: STALLED_PROMISES, makeCheck: stalled, limits })),
  ];
}

interface Limits {
  readonly abortWithinMs: number;
  readonly canaries: readonly string[];
}

type Promises = Readonly<Record<string, (check: CheckDefinition, limits: Limits) => Promise<void>>>;

interface CaseOptions {
  readonly promises: Promises;
  readonly makeCheck: MakeCheck;
  readonly limits: Limits;
}

function casesOf(name: string, { promises, makeCheck, limits }: CaseOptions): ContractCase[] {
  return Object.entries(promises).map(([promise, keep]) => ({
    name: `${name}: ${promise}`,
    run: async () => {
      const made = await makeCheck();
      const { check, close }: CheckHarness = "check" in made ? made : { check: made };
      try {
        await keep(check, limits);
      } finally {
        await close?.();
      }
    },
  }));
}

// How long a run may take that is not aborted by a case: the check's own timeout, and a while for it to notice.
const SLACK_MS = 1_000;
const MAX_PUBLISHED_CHARS = 2_048;

const PROMISES: Promises = {
  "returns what a check may return": async (check) => {
    const { returned, run } = await watchedRun(check);
    equal(typeof run.outcome.durationMs, "number");
    if (returned === undefined) return;
    const { status, code } = asObject(returned);
    ok(
      OUTCOME_STATUSES.some((allowed) => allowed === status),
      "the status is pass, warn or fail",
    );
    ok(code === undefined || isCode(code), "the code is one of CODES");
    equal(run.outcome.status, status, "the outcome is what was returned");
    equal(code === "ok" && status !== "pass", false, "only a pass is ok");
  },

  "publishes few numbers, and nothing of them is dropped": async (check) => {
    const { returned, run } = await watchedRun(check);
    const { measures = {} } = returned === undefined ? {} : (asObject(returned) as { measures?: object });
    const names = Object.keys(measures);
    ok(names.length <= MAX_MEASURES, `${names.length} measures; at most ${MAX_MEASURES} are published`);
    const kept = Object.keys(publishableMeasures(measures));
    for (const name of names) ok(kept.includes(name), `the measure ${name.slice(0, 40)} is not well-formed`);
    const { length } = publishedForms(check, run).join("");
    ok(length <= MAX_PUBLISHED_CHARS, `${length} characters are published; at most ${MAX_PUBLISHED_CHARS} are allowed`);
  },

  "answers within its own timeout": async (check) => {
    const { run } = await watchedRun(check);
    ok(run.outcome.code !== "timeout", "it timed out");
  },

  "does nothing once it is aborted before it starts": async (check, limits) => {
    const run = await started(check, AbortSignal.abort());
    await endsSoon(run, limits);
  },

  "ends soon after it is aborted, whenever that is": async (check, limits) => {
    for (const wait of [async () => {}, () => Promise.resolve(), () => turn(), () => turn().then(() => turn())]) {
      const stop = new AbortController();
      const run = started(check, stop.signal);
      await wait();
      stop.abort();
      await endsSoon(await run, limits);
    }
  },

  "never throws out of a run, nor beside it": async (check, limits) => {
    const faults = watchFaults();
    try {
      for (const signal of [new AbortController().signal, AbortSignal.abort(), abortedNextTurn()]) {
        const run = await started(check, signal);
        await endsSoon(run, limits);
      }
      // A rejection nobody handles is reported in the turn after it.
      await turn();
      await turn();
    } finally {
      faults.stop();
    }
    equal(faults.seen().join("; "), "");
  },

  "does not overlap itself under the runner": async (check, limits) => {
    const counted = countingRuns(check);
    const store = createMemoryCheckStore({ nowMs: () => performance.now() });
    for (let tick = 0; tick < 3; tick += 1) {
      const stop = new AbortController();
      // Two workers, one of which is stopped in the middle: the next tick must find the check free.
      const ticks = [1, 2].map(() => tickCheck(counted.check, { store, signal: stop.signal, ...limits }));
      if (tick === 1) stop.abort();
      const results = await Promise.all(ticks);
      equal(results.filter((result) => result === "hung").length, 0, "it had not ended by the next tick");
      equal(results.filter((result) => result === "busy").length, 1, "one of two workers finds it busy");
    }
    equal(counted.mostAtOnce(), 1, "runs at one time");
  },

  "publishes no secret": async (check, { canaries }) => {
    const outside = await watchedRun(check);
    const aborted = await watchedRun(check, abortedNextTurn());
    for (const { run, returned } of [outside, aborted]) {
      const texts = [...publishedForms(check, run), returnedText(returned)];
      for (const [index, canary] of canaries.entries()) {
        const form = formsOf(canary).find(([, text]) => texts.some((published) => published.includes(text)));
        if (form !== undefined) fail(`canary ${index} is published: ${form[0]}`);
      }
    }
  },

  "leaves nothing behind: no timer, handle or child process": async (check, limits) => {
    const resources = watchResources();
    for (const signal of [new AbortController().signal, abortedNextTurn()]) {
      const run = await started(check, signal);
      await endsSoon(run, limits);
      await resources.settle(limits.abortWithinMs);
    }
  },
};

const STALLED_PROMISES: Promises = {
  "ends soon after it is aborted while its dependency says nothing": async (check, limits) => {
    const resources = watchResources();
    const stop = new AbortController();
    let isOver = false;
    const run = started(check, stop.signal).finally(() => {
      isOver = true;
    });
    await delay(Math.min(200, check.timeoutMs / 2));
    equal(isOver, false, "the dependency answered: this proves nothing");
    stop.abort();
    await endsSoon(await run, limits);
    await resources.settle(limits.abortWithinMs);
  },
};

interface WatchedRun {
  readonly run: CheckRun;
  /** What the check's function really returned; `undefined` too when it threw. */
  readonly returned: unknown;
}

async function watchedRun(check: CheckDefinition, signal = new AbortController().signal): Promise<WatchedRun> {
  let returned: unknown;
  const watched: CheckDefinition = {
    ...check,
    run: async (context) => {
      const result = await check.run(context);
      returned = result;
      return result ?? undefined;
    },
  };
  const run = await started(watched, signal);
  await within(run.settled, check.timeoutMs + SLACK_MS, "the run to end");
  return { run, returned };
}

/** One run as the runner makes it. */
function started(check: CheckDefinition, signal: AbortSignal): Promise<CheckRun> {
  const run = runCheck(check, { signal, monotonicMs: () => performance.now() });
  return within(run, check.timeoutMs + SLACK_MS, "the runner");
}

async function endsSoon({ settled }: CheckRun, { abortWithinMs }: Limits): Promise<void> {
  await within(settled, abortWithinMs, "the check's function to end");
}

function abortedNextTurn(): AbortSignal {
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  return stop.signal;
}

function countingRuns(check: CheckDefinition): { check: CheckDefinition; mostAtOnce: () => number } {
  let underWay = 0;
  let mostAtOnce = 0;
  const run: CheckDefinition["run"] = async (context) => {
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    try {
      return (await check.run(context)) ?? undefined;
    } finally {
      underWay -= 1;
    }
  };
  return { check: { ...check, run }, mostAtOnce: () => mostAtOnce };
}

/** Everything of a check and a run of it that goes into the store, whence every answer is made. */
function publishedForms(check: CheckDefinition, { outcome }: CheckRun): string[] {
  return [JSON.stringify(outcome), encodeSpec(toSpec(check))];
}

/** What the check returned, without the error, which only the log gets. */
function returnedText(returned: unknown): string {
  return returned === undefined ? "" : JSON.stringify({ ...asObject(returned), error: undefined });
}

function formsOf(canary: string): [form: string, text: string][] {
  const hash = (algorithm: string) => createHash(algorithm).update(canary).digest("hex");
  return [
    ["as it is", canary],
    ["its beginning", canary.slice(0, 8)],
    ["its end", canary.slice(-8)],
    ["in a URL", encodeURIComponent(canary)],
    ["in base64", Buffer.from(canary).toString("base64").slice(0, 10)],
    ["in hexadecimal", Buffer.from(canary).toString("hex")],
    ["its SHA-256", hash("sha256").slice(0, 12)],
    ["its MD5", hash("md5").slice(0, 12)],
  ];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) fail(`it returned ${value === null ? "null" : typeof value}`);
  return value as Readonly<Record<string, unknown>>;
}

async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
