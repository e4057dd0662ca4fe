import { describe, expect, it } from "vitest";
import { defineTarget } from "./define-target.js";
import { InvalidTargetError } from "./errors.js";
import { recorderSessions } from "./recorder/recorder-sessions.js";
import type { TargetOptions } from "./target.js";

const GOOD: TargetOptions = {
  name: "recordings",
  root: "/srv/recordings",
  owns: recorderSessions(),
  keep: { last: 100 },
};

const NO_MARKS = { daily: null, weekly: null, monthly: null, maxBytes: null, minFree: null };

describe("defineTarget", () => {
  it("fills in the defaults", () => {
    expect(defineTarget(GOOD)).toEqual({
      name: "recordings",
      root: "/srv/recordings",
      owns: GOOD.owns,
      policy: { last: 100, withinMs: null, ...NO_MARKS, minAgeMs: 3_600_000 },
      activeForMs: 3_600_000,
      keepTrashMs: null,
      firstRun: "delete",
      maxDeleteRatio: 0.5,
      schedule: { everyMs: 3_600_000 },
      onHost: null,
      maxPerRun: null,
      maxSeconds: null,
    });
  });

  it("takes every option", () => {
    const options = {
      keep: { within: "30d" },
      minAge: "2h",
      activeFor: "5m",
      cron: "0 3 * * *",
      onHost: "host-1",
    } as const;
    const { keep: _keep, ...rest } = GOOD;
    expect(defineTarget({ ...rest, ...options, maxPerRun: 10, maxSeconds: 60 })).toMatchObject({
      policy: { last: null, withinMs: 2_592_000_000, ...NO_MARKS, minAgeMs: 7_200_000 },
      activeForMs: 300_000,
      schedule: { cron: "0 3 * * *" },
      onHost: "host-1",
      maxPerRun: 10,
      maxSeconds: 60,
    });
  });

  it("reads a root the way the system does", () => {
    expect(defineTarget({ ...GOOD, root: "/srv//recordings/./" }).root).toBe("/srv/recordings");
  });

  it.each([
    [{ name: "Recordings" }, /name is "Recordings"; it must match/],
    [{ name: "a".repeat(64) }, /it must match/],
    [{ name: "a\n" }, /it must match/],
    [{ root: "recordings" }, /root is "recordings"; an absolute path is needed/],
    [{ root: "" }, /root is ""; an absolute path/],
    [{ root: "/srv/\0" }, /an absolute path/],
    [{ root: undefined }, /root is undefined/],
    [{ owns: undefined }, /owns is undefined; an ownership rule is needed/],
    [{ owns: { ...recorderSessions(), markerName: "../x" } }, /owns.markerName is "..\/x"/],
    [{ keep: {} }, /keep is {}, which keeps nothing; at least one of last, within is needed/],
    [{ keep: undefined }, /keep is undefined/],
    [{ keep: { last: 0 } }, /keep.last is 0; a whole number of at least 1/],
    [{ keep: { last: -1 } }, /keep.last is -1/],
    [{ keep: { last: 1.5 } }, /keep.last is 1.5/],
    [{ keep: { last: "100" } }, /keep.last is "100"/],
    [{ keep: { last: Number.NaN } }, /keep.last is NaN/],
    [{ keep: { last: null } }, /keep.last is null/],
    [{ keep: { within: "0d" } }, /keep.within: "0d" is not a duration/],
    [{ keep: { within: "1M" } }, /keep.within: "1M" is not a duration/],
    [{ keep: { lats: 100 } }, /unknown option "keep.lats"; allowed: last, within/],
    [{ minAge: "-1h" }, /minAge: "-1h" is not a duration/],
    [{ activeFor: 60 }, /activeFor: 60 is not a duration/],
    [{ every: "1ms" }, /every is "1ms"; at least 1s is allowed/],
    [{ every: "1h", cron: "0 3 * * *" }, /every is "1h" and cron is "0 3 \* \* \*"; only one of the two/],
    [{ cron: "daily" }, /cron is "daily"; five or six fields/],
    [{ onHost: "" }, /onHost is ""/],
    [{ maxPerRun: 0 }, /maxPerRun is 0/],
    [{ maxSeconds: -5 }, /maxSeconds is -5/],
    [{ maxDeletes: 5 }, /unknown option "maxDeletes"; allowed: name, root/],
  ])("refuses %j", (wrong, message) => {
    expect(() => defineTarget({ ...GOOD, ...wrong } as TargetOptions)).toThrow(message);
  });

  it("reports every problem at once, each with the target's name", () => {
    const wrong = { ...GOOD, root: "x", keep: { last: 0 }, minAge: "soon" } as unknown as TargetOptions;
    const error = catchError(() => defineTarget(wrong));
    expect(error).toBeInstanceOf(InvalidTargetError);
    expect((error as InvalidTargetError).problems).toEqual([
      'target "recordings": root is "x"; an absolute path is needed',
      'target "recordings": keep.last is 0; a whole number of at least 1 is allowed',
      expect.stringMatching(/^target "recordings": minAge: "soon" is not a duration/),
    ]);
  });

  it.each([undefined, null, "x", []])("refuses %j for the whole target", (value) => {
    expect(() => defineTarget(value as unknown as TargetOptions)).toThrow(InvalidTargetError);
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
