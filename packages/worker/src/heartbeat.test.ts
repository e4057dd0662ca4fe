import type { BeatReply } from "@caretaker/redis-store";
import { expect, it } from "vitest";
import { type HeartbeatState, startHeartbeat } from "./heartbeat.js";

const INFO = { id: "w", host: "h", pid: 1, version: "1", startedAtMs: 0, lastRunAtMs: null };

const REPLY: BeatReply = { nowMs: 1_000_000, role: "current", isTurn: true, othersInSync: 1, forgottenHosts: [] };

function setUp(hostNowMs: () => number, reply: Partial<BeatReply> = {}) {
  const states: HeartbeatState[] = [];
  const errors: string[] = [];
  const heartbeat = startHeartbeat({
    registry: {
      beat: () => Promise.resolve({ ...REPLY, ...reply }),
      withdraw: () => Promise.resolve(),
    },
    info: () => INFO,
    log: { info: (message) => errors.push(message), warn: () => undefined, error: (message) => errors.push(message) },
    hostNowMs,
    onBeat: async (state) => void states.push(state),
  });
  return { heartbeat, states, errors };
}

it.each([
  [1_001_000, false],
  [1_001_001, true],
  [999_000, false],
  [998_999, true],
])("with the host's clock at %d and Redis at 1000000, the clock is off: %s", async (hostMs, isOff) => {
  const { heartbeat, states, errors } = setUp(() => hostMs);
  await heartbeat.beat();
  heartbeat.stop();
  expect(states).toEqual([
    { ...REPLY, skewMs: hostMs - 1_000_000, clockIsOff: isOff, isAfterGap: false, mayHaveLost: false },
  ]);
  expect(errors).toHaveLength(isOff ? 1 : 0);
});

it("says once that the clock is off, and once that it is right again", async () => {
  let hostMs = 2_000_000;
  const { heartbeat, errors } = setUp(() => hostMs);
  await heartbeat.beat();
  await heartbeat.beat();
  hostMs = 1_000_000;
  await heartbeat.beat();
  heartbeat.stop();
  expect(errors).toEqual([expect.stringMatching(/differs from Redis/), expect.stringMatching(/agrees/)]);
});

it("beats one at a time: wishes while one is under way are one more", async () => {
  const { heartbeat, states } = setUp(() => 1_000_000);
  await Promise.all([heartbeat.beat(), heartbeat.beat(), heartbeat.beat()]);
  heartbeat.stop();
  expect(states.length).toBeLessThanOrEqual(2);
});

it("tells whether it was answered and heard, and goes on after one that was not", async () => {
  const answers = [Promise.reject(new Error("OOM")), Promise.resolve(REPLY), Promise.resolve(REPLY)];
  let heard = 0;
  const heartbeat = startHeartbeat({
    registry: { beat: () => answers.shift() ?? Promise.reject(new Error("over")), withdraw: () => Promise.resolve() },
    info: () => INFO,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    hostNowMs: () => 1_000_000,
    onBeat: async () => {
      heard += 1;
      if (heard === 1) throw new Error("NOPERM");
    },
  });
  expect([await heartbeat.beat(), await heartbeat.beat(), await heartbeat.beat()]).toEqual([false, false, true]);
  heartbeat.stop();
});

it("is in doubt for a while after a connection was made anew, and beats at once", async () => {
  const { heartbeat, states } = setUp(() => 1_000_000);
  await heartbeat.beat();
  heartbeat.noteConnection({ isAnew: true });
  await heartbeat.beat();
  heartbeat.stop();
  expect(states.map(({ isAfterGap, mayHaveLost }) => [isAfterGap, mayHaveLost])).toEqual([
    [false, false],
    [true, true],
  ]);
});

it("takes nothing for lost at its first connection, since there was nothing to lose", async () => {
  const { heartbeat, states } = setUp(() => 1_000_000);
  heartbeat.noteConnection({ isAnew: false });
  await heartbeat.beat();
  heartbeat.stop();
  expect(states.map(({ isAfterGap, mayHaveLost }) => [isAfterGap, mayHaveLost])).toContainEqual([true, false]);
  expect(states.some(({ mayHaveLost }) => mayHaveLost)).toBe(false);
});

it("is in doubt after a beat that failed, and takes results for lost where earlier ones were answered", async () => {
  let isAway = true;
  const states: HeartbeatState[] = [];
  const heartbeat = startHeartbeat({
    registry: {
      beat: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve(REPLY)),
      withdraw: () => Promise.resolve(),
    },
    info: () => INFO,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    hostNowMs: () => 1_000_000,
    onBeat: async (state) => void states.push(state),
  });
  for (const away of [true, false, true, false]) {
    isAway = away;
    await heartbeat.beat();
  }
  heartbeat.stop();
  expect(states.map(({ isAfterGap, mayHaveLost }) => [isAfterGap, mayHaveLost])).toEqual([
    [true, false],
    [true, true],
  ]);
});
