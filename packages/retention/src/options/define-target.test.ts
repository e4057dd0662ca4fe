import { describe, expect, it } from "vitest";
import { InvalidTargetError } from "../errors.js";
import { recorderSessions } from "../recorder/recorder-sessions.js";
import type { TargetOptions } from "../target.js";
import { defineTarget } from "./define-target.js";

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

  it("takes every keep rule, the marks, the trash and the guards' settings", () => {
    const keep = { last: 1, within: "1w", daily: 2, weekly: 3, monthly: 4, maxBytes: "5GB" } as const;
    const minFree = { warn: "5GiB", target: "5GiB" } as const;
    const trash = { keepFor: "2d" } as const;
    expect(defineTarget({ ...GOOD, keep, minFree, trash, firstRun: "report", maxDeleteRatio: 1 })).toMatchObject({
      policy: {
        ...{ last: 1, withinMs: 604_800_000, daily: 2, weekly: 3, monthly: 4, maxBytes: 5_000_000_000 },
        minFree: { warnBytes: 5 * 2 ** 30, targetBytes: 5 * 2 ** 30 },
      },
      keepTrashMs: 172_800_000,
      firstRun: "report",
      maxDeleteRatio: 1,
    });
  });

  it.each([
    [{ last: 1 }, { last: 1 }],
    [{ within: "1d" }, { withinMs: 86_400_000 }],
    [{ daily: 1 }, { daily: 1 }],
    [{ weekly: 1 }, { weekly: 1 }],
    [{ monthly: 1 }, { monthly: 1 }],
    [{ maxBytes: "1B" }, { maxBytes: 1 }],
  ] as const)("takes %j as the only rule", (keep, policy) => {
    const none = { last: null, withinMs: null, ...NO_MARKS, minAgeMs: 3_600_000 };
    expect(defineTarget({ ...GOOD, keep }).policy).toEqual({ ...none, ...policy });
  });

  it.each([undefined, {}])("needs no keep rule beside minFree: %j", (keep) => {
    const { keep: _keep, ...rest } = GOOD;
    const minFree = { warn: "1GiB", target: "2GiB" } as const;
    expect(defineTarget({ ...rest, ...(keep && { keep }), minFree }).policy).toEqual({
      ...{ last: null, withinMs: null, ...NO_MARKS, minAgeMs: 3_600_000 },
      minFree: { warnBytes: 2 ** 30, targetBytes: 2 ** 31 },
    });
  });

  it.each(["0 3 * * *", "*/10 0-5 1,15 JAN-MAR MON#2", "30 0 3 ? * L"])("takes the cron expression %s", (cron) => {
    expect(defineTarget({ ...GOOD, cron }).schedule).toEqual({ cron });
  });

  it("takes a run every second, a host's longest name, and markers whose names begin with dots", () => {
    const owns = { ...recorderSessions(), markerName: "..session" };
    const onHost = "a".repeat(253);
    const target = defineTarget({ ...GOOD, every: "1s", onHost, owns });
    expect(target).toMatchObject({ schedule: { everyMs: 1_000 }, onHost, owns });
    expect(defineTarget({ ...GOOD, owns: { ...owns, markerName: ".session" } }).owns.markerName).toBe(".session");
  });

  it('takes "delete" for the first run', () => {
    expect(defineTarget({ ...GOOD, firstRun: "delete" }).firstRun).toBe("delete");
  });

  it("reads a root the way the system does", () => {
    expect(defineTarget({ ...GOOD, root: "/srv//recordings/./" }).root).toBe("/srv/recordings");
    expect(defineTarget({ ...GOOD, root: "//" }).root).toBe("/");
    expect(defineTarget({ ...GOOD, root: "/srv" }).root).toBe("/srv");
  });

  it.each([
    [{ name: "Recordings" }, /name is "Recordings"; it must match/],
    [{ name: "a".repeat(64) }, /it must match/],
    [{ name: "a\n" }, /it must match/],
    [{ name: 5 }, /name is 5; it must match/],
    [{ name: ["a"] }, /name is \["a"\]; it must match/],
    [{ root: "recordings" }, /root is "recordings"; an absolute path is needed/],
    [{ root: "" }, /root is ""; an absolute path/],
    [{ root: "/srv/\0" }, /an absolute path/],
    [{ root: undefined }, /root is undefined/],
    [{ owns: undefined }, /owns is undefined; an ownership rule is needed/],
    [{ owns: () => null }, /owns is a function; an ownership rule/],
    [{ owns: { ...recorderSessions(), parseName: "x" } }, /owns is {.*}; an ownership rule/],
    [{ owns: { ...recorderSessions(), inspect: undefined } }, /owns is {.*}; an ownership rule/],
    ...["../x", "", ".", "..", "a/b", "a\0", 5, ["a"]].map((markerName): [object, RegExp] => [
      { owns: { ...recorderSessions(), markerName } },
      /owns.markerName is .*; the name of one file is needed, without a slash/,
    ]),
    [
      { keep: {} },
      /keep is {}, which keeps nothing; at least one of last, within, daily, weekly, monthly, maxBytes, or minFree, is/,
    ],
    [{ keep: { last: undefined } }, /keep is {}, which keeps nothing/],
    [{ keep: undefined }, /keep is undefined, which keeps nothing/],
    [{ keep: 5 }, /keep is 5; an object with last, within, daily, weekly, monthly, maxBytes is allowed/],
    [{ keep: null }, /keep is null; an object/],
    [{ keep: [1] }, /keep is \[1\]; an object/],
    [{ keep: { last: 0 } }, /keep.last is 0; a whole number of at least 1/],
    [{ keep: { last: -1 } }, /keep.last is -1/],
    [{ keep: { last: 1.5 } }, /keep.last is 1.5/],
    [{ keep: { last: "100" } }, /keep.last is "100"/],
    [{ keep: { last: Number.NaN } }, /keep.last is NaN/],
    [{ keep: { last: null } }, /keep.last is null/],
    [{ keep: { within: "0d" } }, /keep.within: "0d" is not a duration/],
    [{ keep: { within: "1M" } }, /keep.within: "1M" is not a duration/],
    [
      { keep: { last: 1, lats: 100 } },
      /^target "recordings": unknown option "keep.lats"; allowed: last, within, daily/,
    ],
    ...["daily", "weekly", "monthly"].flatMap((rule) =>
      [0, -1, 0.5, "7", null].map((value): [object, RegExp] => [
        { keep: { [rule]: value } },
        new RegExp(`keep.${rule} is "?${value}"?; a whole number of at least 1`),
      ]),
    ),
    ...["0B", "-5GB", "5G", "5 GiB", 5, null].map((value): [object, RegExp] => [
      { keep: { maxBytes: value } },
      new RegExp(`keep.maxBytes: ${JSON.stringify(value)} is not a size: write a whole number and one of B, kB`),
    ]),
    [{ minFree: "5GiB" }, /minFree is "5GiB"; an object with warn and target is allowed/],
    [{ minFree: null }, /minFree is null; an object with warn and target/],
    [{ minFree: {} }, /minFree.warn is undefined; a size is needed.*\n.*minFree.target is undefined; a size is needed/],
    [{ minFree: { warn: "5GiB" } }, /minFree.target is undefined; a size is needed, for example 5GiB$/],
    [{ minFree: { warn: "0B", target: "5GiB" } }, /minFree.warn: "0B" is not a size/],
    [{ minFree: { warn: "5GiB", target: "5gib" } }, /minFree.target: "5gib" is not a size/],
    [{ minFree: { warn: "2B", target: "1B" } }, /minFree.target is "1B"; no less than minFree.warn, "2B", is allowed/],
    [{ minFree: { warn: "1B", target: "2B", high: "1B" } }, /unknown option "minFree.high"; allowed: warn, target/],
    [{ trash: "1d" }, /trash is "1d"; an object with keepFor is allowed/],
    [{ trash: {} }, /trash.keepFor: undefined is not a duration/],
    [{ trash: { keepFor: "0d" } }, /trash.keepFor: "0d" is not a duration/],
    [{ trash: { keepFor: "1d", keep: 1 } }, /unknown option "trash.keep"; allowed: keepFor/],
    [{ firstRun: "dry" }, /firstRun is "dry"; "report" and "delete" are allowed/],
    [{ firstRun: null }, /firstRun is null/],
    ...[0, -0.5, 1.000001, Number.NaN, Number.POSITIVE_INFINITY, "0.5"].map((value): [object, RegExp] => [
      { maxDeleteRatio: value },
      new RegExp(`maxDeleteRatio is "?${value}"?; a number above 0 and up to 1 is allowed`),
    ]),
    [{ minAge: "-1h" }, /minAge: "-1h" is not a duration/],
    [{ activeFor: 60 }, /activeFor: 60 is not a duration/],
    [{ every: "1ms" }, /every is "1ms"; at least 1s is allowed/],
    [{ every: "1h", cron: "0 3 * * *" }, /every is "1h" and cron is "0 3 \* \* \*"; only one of the two/],
    ...[
      "daily",
      "0 3 * *",
      "0 3 * * * * *",
      "0  3 * * *",
      " 0 3 * * *",
      "0 3 * * * ",
      "0 3 * * *\n",
      "0 3 * * %",
      ["0 3 * * *"],
    ].map((cron): [object, RegExp] => [
      { cron },
      /cron is .*; five or six fields with one space between them are allowed/,
    ]),
    ...["", "-a", "a b", "a\n", "a".repeat(254), 5, ["a"]].map((onHost): [object, RegExp] => [
      { onHost },
      /onHost is .*; a host's name is allowed/,
    ]),
    [{ minAge: null }, /minAge: null is not a duration/],
    [{ activeFor: null }, /activeFor: null is not a duration/],
    [{ every: null }, /every: null is not a duration/],
    [{ maxDeleteRatio: null }, /maxDeleteRatio is null/],
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

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    ["x", '"x"'],
    [[], "[]"],
  ])("refuses %j for the whole target", (value, shown) => {
    const define = () => defineTarget(value as unknown as TargetOptions);
    expect(define).toThrow(InvalidTargetError);
    expect(define).toThrow(`target is ${shown}; an object is needed`);
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
