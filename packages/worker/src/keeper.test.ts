import { expect, it } from "vitest";
import type { CheckQueue } from "./checks/check-queue.js";
import type { HeartbeatState } from "./heartbeat.js";
import { createKeeper } from "./keeper.js";

const BEAT: HeartbeatState = {
  role: "current",
  nowMs: 0,
  isTurn: true,
  skewMs: 0,
  clockIsOff: false,
  othersInSync: 0,
  forgottenHosts: [],
  isAfterGap: false,
  mayHaveLost: false,
};

function fakeQueue(name: string, calls: string[]): CheckQueue {
  return {
    keys: [],
    schedules: {
      install: async () => void calls.push(`install ${name}`),
      repair: async (_nowMs, { isAfterGap } = {}) => {
        calls.push(`repair ${name}${isAfterGap ? " after a gap" : ""}`);
        return [];
      },
      catchUp: async () => {
        calls.push(`catch up ${name}`);
        return [];
      },
    },
    worker: {
      pause: (reason) => calls.push(`pause ${name}: ${reason}`),
      resume: () => undefined,
      look: () => undefined,
      idle: async () => undefined,
      close: async () => undefined,
    },
  };
}

function setUp() {
  const calls: string[] = [];
  const silent = () => undefined;
  const keeper = createKeeper({
    fleet: fakeQueue("fleet", calls),
    host: fakeQueue("host", calls),
    cleanups: [],
    forgetHosts: async (hosts) => void calls.push(`forget ${hosts.join()}`),
    log: { info: silent, warn: silent, error: silent },
  });
  return {
    calls,
    beat: async (state: Partial<HeartbeatState>) => {
      calls.length = 0;
      await keeper({ ...BEAT, ...state });
      return calls;
    },
  };
}

it("installs at the first beat, repairs at the next ones, and the fleet's only in its turn", async () => {
  const { beat } = setUp();
  expect(await beat({})).toEqual(["install fleet", "install host"]);
  expect(await beat({})).toEqual(["repair fleet", "repair host"]);
  expect(await beat({ isTurn: false })).toEqual(["repair host"]);
});

it("does not wait for its turn where a lost reply may have ended a check's ticks", async () => {
  const { beat } = setUp();
  await beat({});
  expect(await beat({ isTurn: false, isAfterGap: true })).toEqual([
    "repair fleet after a gap",
    "repair host after a gap",
  ]);
});

it("catches up with what may have been lost", async () => {
  const { beat } = setUp();
  expect(await beat({ isAfterGap: true, mayHaveLost: true })).toEqual(["install fleet", "install host"]);
  expect(await beat({ isAfterGap: true, mayHaveLost: true })).toEqual([
    "repair fleet after a gap",
    "repair host after a gap",
    "catch up fleet",
    "catch up host",
  ]);
});

it("installs again when the registry was lost", async () => {
  const { beat } = setUp();
  await beat({});
  expect(await beat({ role: "installed" })).toEqual(["install fleet", "install host"]);
});

it("takes no fleet ticks and touches no schedule while a newer deploy is alive, and installs once that has gone", async () => {
  const { beat } = setUp();
  await beat({});
  expect(await beat({ role: "superseded" })).toEqual(["pause fleet: superseded"]);
  expect(await beat({})).toEqual(["install fleet", "install host"]);
});

it("leaves the fleet's ticks to others while its clock is off, and takes them where there are no others", async () => {
  const { beat } = setUp();
  await beat({});
  expect(await beat({ clockIsOff: true, othersInSync: 1 })).toEqual(["pause fleet: clock", "repair host"]);
  expect(await beat({ clockIsOff: true, othersInSync: 0 })).toEqual(["repair fleet", "repair host"]);
});

it("does not set the fleet's schedules by a clock that is off", async () => {
  const { beat } = setUp();
  expect(await beat({ clockIsOff: true, othersInSync: 1 })).toEqual(["pause fleet: clock", "install host"]);
});

it("takes no fleet ticks before the first beat has told whether it may", async () => {
  const { calls, beat } = setUp();
  expect(calls).toEqual(["pause fleet: first beat"]);
  expect(await beat({})).not.toContain("pause fleet: first beat");
});

it("removes what forgotten machines left", async () => {
  const { beat } = setUp();
  await beat({});
  expect(await beat({ forgottenHosts: ["a", "b"] })).toContain("forget a,b");
});
