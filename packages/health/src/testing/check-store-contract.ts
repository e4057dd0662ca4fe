import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import type { BegunRun, CheckKey, CheckStore, Publication } from "../check-store.js";
import type { Outcome } from "../outcome.js";
import type { StoredState } from "../state.js";
import type { Transition } from "./memory-check-store.js";

/** A store to be tried, empty, and what the battery needs beside it. */
export interface CheckStoreHarness {
  readonly store: CheckStore;
  /** Resolves once `ms` have passed on the store's clock: at once where that clock is a test's own. */
  elapse(ms: number): Promise<void>;
  /** Forgets everything, as Redis does on FLUSHALL. */
  loseData(): Promise<void>;
  /** Every transition recorded, oldest first. */
  transitions(): Promise<readonly Transition[]>;
  close?(): Promise<void>;
}

/** One promise of the contract. Rejects with an `AssertionError` where the store breaks it. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What is tried: the store's name, for the titles, and how to make an empty one. */
export type MakeCheckStore = () => CheckStoreHarness | Promise<CheckStoreHarness>;

/**
 * The promises every {@link CheckStore} keeps, one case each, for any test runner:
 * `it.each(checkStoreContract("memory", make))("$name", ({ run }) => run())`.
 */
export function checkStoreContract(name: string, makeStore: MakeCheckStore): ContractCase[] {
  return Object.entries(PROMISES).map(([promise, keep]) => ({
    name: `${name}: ${promise}`,
    run: async () => {
      const harness = await makeStore();
      try {
        await keep(harness);
      } finally {
        await harness.close?.();
      }
    },
  }));
}

const DB: CheckKey = { check: "db", host: null };
const LEASE_MS = 60_000;
const SHORT_MS = 40;

const PROMISES: Readonly<Record<string, (harness: CheckStoreHarness) => Promise<void>>> = {
  "hands the first run a fence and no previous record": async ({ store }) => {
    const run = await begin(store, DB);
    ok(BigInt(run.fence) > 0n);
    equal(run.previous, null);
  },

  "is busy while a run holds the lease": async ({ store }) => {
    await begin(store, DB);
    deepEqual(await store.begin(DB, LEASE_MS), { kind: "busy" });
  },

  "lets one of many contenders run": async ({ store }) => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => store.begin(DB, LEASE_MS)));
    equal(answers.filter(({ kind }) => kind === "begun").length, 1);
    equal(answers.filter(({ kind }) => kind === "busy").length, 59);
  },

  "keeps the leases of checks and of machines apart": async ({ store }) => {
    for (const key of [DB, { check: "db2", host: null }, { check: "db", host: "a" }, { check: "db", host: "b" }]) {
      await begin(store, key);
    }
  },

  "frees the lease with a publication, and hands its record to the next run": async ({ store }) => {
    const first = await begin(store, DB);
    equal(await store.publish(publication(first, "up")), "published");
    const second = await begin(store, DB);
    ok(BigInt(second.fence) > BigInt(first.fence));
    equal(second.previous?.state, "up");
    equal(second.previous?.runId, `run-${first.fence}`);
    equal(second.previous?.withdrawn, false);
    deepEqual(second.previous?.outcome, outcomeOf("up"));
    equal(second.previous?.pending, null);
  },

  "frees the lease of a run that died, once it has expired": async ({ store, elapse }) => {
    const dead = await begin(store, DB, SHORT_MS);
    await elapse(SHORT_MS + 1);
    const heir = await begin(store, DB);
    ok(BigInt(heir.fence) > BigInt(dead.fence));
  },

  "gives a lease back without a result": async ({ store }) => {
    const run = await begin(store, DB);
    await store.release(DB, run.fence);
    equal((await begin(store, DB)).previous, null);
  },

  "does not give back another run's lease": async ({ store, elapse }) => {
    const dead = await begin(store, DB, SHORT_MS);
    await elapse(SHORT_MS + 1);
    await begin(store, DB);
    await store.release(DB, dead.fence);
    await store.release(DB, dead.fence, LEASE_MS);
    deepEqual(await store.begin(DB, LEASE_MS), { kind: "busy" });
  },

  "supersedes a late result, and changes nothing": async ({ store, elapse, transitions }) => {
    const late = await begin(store, DB, SHORT_MS);
    await elapse(SHORT_MS + 1);
    const newer = await begin(store, DB);
    equal(await store.publish(publication(late, "down")), "superseded");
    deepEqual(await store.begin(DB, LEASE_MS), { kind: "busy" });
    equal(await store.publish(publication(newer, "up")), "published");
    equal(await store.publish(publication(late, "down")), "superseded");
    equal((await begin(store, DB)).previous?.state, "up");
    deepEqual(
      (await transitions()).map(({ to }) => to),
      ["up"],
    );
  },

  "writes once what is published twice with one fence": async ({ store, transitions }) => {
    const run = await begin(store, DB);
    equal(await store.publish(publication(run, "up")), "published");
    equal(await store.publish(publication(run, "down")), "superseded");
    const { previous } = await begin(store, DB);
    equal(previous?.state, "up");
    equal((await transitions()).length, 1);
  },

  "supersedes a fence nobody was handed": async ({ store }) => {
    equal(await store.publish(publication({ fence: "17", previous: null }, "up")), "superseded");
    const run = await begin(store, DB);
    equal(await store.publish(publication({ fence: `${BigInt(run.fence) + 1n}`, previous: null }, "up")), "superseded");
  },

  "supersedes a result whose fence was lost with the data, and never goes back": async ({ store, loseData }) => {
    const before = await begin(store, DB);
    await loseData();
    equal(await store.publish(publication(before, "up")), "superseded");
    const after = await begin(store, DB);
    equal(after.previous, null);
    ok(BigInt(after.fence) > BigInt(before.fence));
    equal(await store.publish(publication(before, "up")), "superseded");
    equal(await store.publish(publication(after, "up")), "published");
  },

  "records a transition per change of state, and none without": async ({ store, transitions }) => {
    const states: StoredState[] = ["up", "up", "down", "down", "degraded", "up"];
    for (const state of states) await publishOnce(store, state);
    deepEqual(
      (await transitions()).map(({ key, from, to }) => [key, from, to]),
      [
        [DB, "unknown", "up"],
        [DB, "up", "down"],
        [DB, "down", "degraded"],
        [DB, "degraded", "up"],
      ],
    );
  },

  "keeps `since` while the state stays, and stamps every result with the time": async ({ store, elapse }) => {
    await publishOnce(store, "up");
    const first = await previousOf(store);
    await elapse(5);
    await publishOnce(store, "up");
    const second = await previousOf(store);
    await elapse(5);
    await publishOnce(store, "down");
    const third = await previousOf(store);
    equal(first.sinceMs, first.atMs);
    equal(second.sinceMs, first.sinceMs);
    ok(second.atMs >= first.atMs + 5);
    equal(third.sinceMs, third.atMs);
    ok(third.sinceMs > second.atMs);
    ok(second.sequence > first.sequence && third.sequence > second.sequence);
  },

  "keeps the last five outcomes, newest first, each with the stamp its own record had": async ({ store, elapse }) => {
    const stamps: (readonly [runId: string, atMs: number])[] = [];
    for (let run = 0; run < 7; run += 1) {
      await publishOnce(store, run % 2 === 0 ? "up" : "down");
      const { runId, atMs } = await previousOf(store);
      stamps.unshift([runId, atMs]);
      await elapse(2);
    }
    const { recent } = await previousOf(store);
    deepEqual(
      recent.map(({ runId, atMs }) => [runId, atMs]),
      stamps.slice(1, 5),
    );
    deepEqual(
      recent.map(({ status, code }) => [status, code]),
      [
        ["fail", "refused"],
        ["pass", "ok"],
        ["fail", "refused"],
        ["pass", "ok"],
      ],
    );
  },

  "keeps a pending change with the state, so that a restart does not forget it": async ({ store }) => {
    const pending = { outcome: "fail", count: 1, of: 3 } as const;
    await store.publish({ ...publication(await begin(store, DB), "up"), progress: { state: "up", pending } });
    deepEqual((await previousOf(store)).pending, pending);
  },

  "keeps the lease of a run that will not end, and calls it hung": async ({ store }) => {
    const hung = await begin(store, DB);
    await store.publish({ ...publication(hung, "down"), hungForMs: LEASE_MS });
    const answer = await store.begin(DB, LEASE_MS);
    if (answer.kind !== "hung") throw new Error(`the store answered ${answer.kind}`);
    equal(answer.run.previous?.state, "down");
    notEqual(answer.run.fence, hung.fence);
    equal(await store.publish(publication(answer.run, "down")), "published");
    equal((await store.begin(DB, LEASE_MS)).kind, "hung");
    await store.release(DB, hung.fence);
    await begin(store, DB);
  },

  "renews a hung lease for its own run only, and lets it expire": async ({ store, elapse }) => {
    const hung = await begin(store, DB);
    await store.publish({ ...publication(hung, "down"), hungForMs: SHORT_MS });
    await store.release(DB, hung.fence, LEASE_MS);
    await elapse(SHORT_MS + 1);
    equal((await store.begin(DB, LEASE_MS)).kind, "hung");
    await store.release(DB, hung.fence, SHORT_MS);
    await elapse(SHORT_MS + 1);
    await begin(store, DB);
  },

  "holds the lease of a run that will not end even after it has run out, unless another run has it": async (tools) => {
    const { store, elapse } = tools;
    const hung = await begin(store, DB, SHORT_MS);
    await elapse(SHORT_MS + 1);
    equal(await store.publish({ ...publication(hung, "down"), hungForMs: SHORT_MS }), "published");
    equal((await store.begin(DB, LEASE_MS)).kind, "hung");
    await elapse(SHORT_MS + 1);
    await store.release(DB, hung.fence, SHORT_MS);
    equal((await store.begin(DB, LEASE_MS)).kind, "hung");
    await elapse(SHORT_MS + 1);
    await begin(store, DB);
    await store.release(DB, hung.fence, LEASE_MS);
    equal((await store.begin(DB, LEASE_MS)).kind, "busy");
  },

  "marks a lease hung without a publication": async ({ store }) => {
    const run = await begin(store, DB);
    await store.release(DB, run.fence, LEASE_MS);
    equal((await store.begin(DB, LEASE_MS)).kind, "hung");
  },

  "keeps machines apart: each has its own record and fence": async ({ store, transitions }) => {
    const [a, b] = [
      { check: "disk", host: "host-a" },
      { check: "disk", host: "host.b:1" },
    ] as const;
    await store.publish(publication(await begin(store, a), "up", a));
    await store.publish(publication(await begin(store, b), "down", b));
    equal((await begin(store, a)).previous?.state, "up");
    const ofB = (await begin(store, b)).previous;
    deepEqual([ofB?.check, ofB?.host, ofB?.state], ["disk", "host.b:1", "down"]);
    deepEqual(
      (await transitions()).map(({ key }) => key),
      [a, b],
    );
  },
};

async function begin(store: CheckStore, key: CheckKey, leaseMs = LEASE_MS): Promise<BegunRun> {
  const answer = await store.begin(key, leaseMs);
  if (answer.kind !== "begun") throw new Error(`the store answered ${answer.kind}, not begun`);
  return answer.run;
}

async function publishOnce(store: CheckStore, state: StoredState): Promise<void> {
  equal(await store.publish(publication(await begin(store, DB), state)), "published");
}

async function previousOf(store: CheckStore) {
  const { fence, previous } = await begin(store, DB);
  await store.release(DB, fence);
  if (previous === null) throw new Error("the store holds no record");
  return previous;
}

function publication({ fence, previous }: BegunRun, state: StoredState, key = DB): Publication {
  const outcome = outcomeOf(state);
  return { key, fence, runId: `run-${fence}`, progress: { state, pending: null }, outcome, previous, hungForMs: null };
}

function outcomeOf(state: StoredState): Outcome {
  const measures = { latency: { value: 1.5, unit: "ms" } };
  switch (state) {
    case "up":
      return { status: "pass", code: "ok", durationMs: 3, measures };
    case "degraded":
      return { status: "warn", code: "threshold", durationMs: 3, measures };
    case "down":
      return { status: "fail", code: "refused", durationMs: 3, measures: {} };
  }
}
