import assert from "node:assert/strict";
import type { TargetLock } from "../lock.js";
import type { ContractCase } from "./contract-case.js";

/** What a lock's battery is run on: two roots that exist, and the lock; made anew for each case. */
export interface LockFixture {
  readonly lock: TargetLock;
  readonly roots: readonly [string, string];
}

/** What every {@link TargetLock} promises within one process; that it dies with its process needs two. */
export function lockContract(create: () => LockFixture | Promise<LockFixture>): readonly ContractCase[] {
  return Object.entries(PROMISES).map(([name, check]) => ({ name, run: async () => check(await create()) }));
}

const PROMISES: Readonly<Record<string, (fixture: LockFixture) => Promise<void>>> = {
  "gives a root to one run at a time": async ({ lock, roots }) => {
    const release = await take(lock, roots[0]);
    assert.equal(await lock.acquire(target(roots[0])), null);
    await release();
  },
  "gives a root again once it was released": async ({ lock, roots }) => {
    await (await take(lock, roots[0]))();
    await (await take(lock, roots[0]))();
  },
  "gives one root to one target, whatever the targets are called": async ({ lock, roots }) => {
    const release = await take(lock, roots[0]);
    assert.equal(await lock.acquire({ name: "other", root: roots[0] }), null);
    await release();
  },
  "keeps roots apart": async ({ lock, roots }) => {
    const releases = [await take(lock, roots[0]), await take(lock, roots[1])];
    for (const release of releases) await release();
  },
  "does nothing on a second release, even when another run holds the root by then": async ({ lock, roots }) => {
    const first = await take(lock, roots[0]);
    await first();
    const second = await take(lock, roots[0]);
    await first();
    assert.equal(await lock.acquire(target(roots[0])), null);
    await second();
  },
};

function target(root: string) {
  return { name: "recordings", root };
}

async function take(lock: TargetLock, root: string) {
  const release = await lock.acquire(target(root));
  assert.ok(release !== null, "the root should have been free");
  return release;
}
