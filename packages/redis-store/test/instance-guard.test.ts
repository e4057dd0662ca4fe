import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RedisServer, startRedisServer } from "../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { createInstanceGuard, type InstanceGuard } from "../src/index.js";
import { type Fleet, openFleet, redisNowMs, sharedUrl } from "./fleet.ts";

interface Member {
  readonly guard: InstanceGuard;
  is: { isReadyOnce: boolean; isFailing: boolean; isHeldBack: boolean };
}

let fleet: Fleet;
let members: Member[];
let skippedMs: number;

beforeEach(() => {
  fleet = openFleet(sharedUrl);
  members = [];
  skippedMs = 0;
});

afterEach(async () => {
  for (const { guard } of members) guard.stop();
  await fleet.close();
});

function join(url = sharedUrl, is: Partial<Member["is"]> = {}): Member {
  const guard = createInstanceGuard({
    redis: url,
    prefix: fleet.prefix,
    instanceId: `instance-${members.length + 1}`,
    maxUnavailable: 0.5,
    log: fleet.log,
    monotonicMs: () => performance.now() + skippedMs,
  });
  const member: Member = { guard, is: { isReadyOnce: true, isFailing: false, isHeldBack: false, ...is } };
  members.push(member);
  guard.watch(() => member.is);
  return member;
}

async function sees({ guard }: Member, counts: Partial<Record<"live" | "readyOnce" | "failing", number>>) {
  await waitFor(() => expect(guard.status()).toMatchObject(counts) ?? true, { what: JSON.stringify(counts) });
}

describe("the instances of a prefix", () => {
  it("count each other, and what each says of itself", async () => {
    const [first] = [join(), join(), join(sharedUrl, { isReadyOnce: false, isFailing: true })];
    await sees(first, { live: 3, readyOnce: 2, failing: 0 });
  });

  it("hear of a change before the next beat is due", async () => {
    const [first, second] = [join(), join(), join()];
    await sees(first, { live: 3 });
    first.is = { ...first.is, isFailing: true };
    second.is = { ...second.is, isFailing: true };
    await sees(first, { failing: 2 });
    expect(first.guard.decision()).toEqual({ shared: true, own: true });
  });

  it("forget one that has left at once, and leave nothing behind when the last is gone", async () => {
    const [first, second] = [join(), join()];
    await sees(first, { live: 2 });
    await second.guard.leave();
    await sees(first, { live: 1 });
    expect(second.guard.decision()).toEqual({ shared: false, own: false });
    const { client, keys } = fleet;
    for (const key of [keys.instances, keys.instanceBeats]) {
      expect(await client.pttl(key)).toBeGreaterThan(15_000);
      expect(await client.pttl(key)).toBeLessThanOrEqual(30_000);
    }
  });

  it("forget one that has been silent for 15 s, and no earlier", async () => {
    const nowMs = await redisNowMs(fleet.client);
    const { instances, instanceBeats } = fleet.keys;
    await fleet.client.hset(instances, { gone: "11", silent: "11" });
    await fleet.client.zadd(instanceBeats, nowMs - 15_001, "gone", nowMs - 10_000, "silent");
    const first = join();
    await sees(first, { live: 2, readyOnce: 2, failing: 1 });
    expect(await fleet.client.hkeys(instances)).not.toContain("gone");
  });

  it("count what another version wrote as alive and nothing more", async () => {
    await fleet.client.hset(fleet.keys.instances, { other: "\u0000junk" });
    await fleet.client.zadd(fleet.keys.instanceBeats, await redisNowMs(fleet.client), "other");
    await sees(join(), { live: 2, readyOnce: 1, failing: 0 });
  });
});

describe("with Redis away", () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await startRedisServer();
  });

  afterEach(() => redis.stop());

  it("goes on holding back what it held back, decides nothing new, and comes back by itself", async () => {
    const [first, second, third] = [join(redis.url), join(redis.url), join(redis.url)];
    for (const member of [first, second]) member.is = { ...member.is, isFailing: true };
    for (const member of members) await sees(member, { live: 3, failing: 2 });
    await redis.kill9();
    skippedMs = 15_000 + 2_500;
    expect(first.guard.decision()).toEqual({ shared: true, own: true });
    third.is = { ...third.is, isFailing: true };
    expect(third.guard.decision()).toEqual({ shared: false, own: false });
    skippedMs = 300_000;
    expect(first.guard.decision()).toEqual({ shared: false, own: false });
    await redis.restart({ keepData: false });
    await sees(first, { live: 3, failing: 3 });
    expect(third.guard.decision()).toEqual({ shared: true, own: true });
  });

  it("leaves without an error and without waiting", async () => {
    const member = join(redis.url);
    await sees(member, { live: 1 });
    await redis.kill9();
    await member.guard.leave();
  });
});

it("says once that it holds back, and once that it no longer does", async () => {
  const member = join();
  await sees(member, { live: 1 });
  const said = (text: string) => fleet.log.lines.filter(({ message }) => message.includes(text));
  member.is = { ...member.is, isFailing: true, isHeldBack: true };
  await waitFor(() => said("holds back").length > 0);
  await sees(member, { failing: 1 });
  member.is = { ...member.is, isHeldBack: false };
  await waitFor(() => said("no longer").length > 0);
  expect(said("holds back")).toHaveLength(1);
  expect(said("no longer")).toHaveLength(1);
});
