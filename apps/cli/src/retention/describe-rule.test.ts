import { defineTarget, REASONS, recorderSessions } from "@caretaker/retention";
import { expect, it } from "vitest";
import { describeRule } from "./describe-rule.js";

const { policy } = defineTarget({
  name: "recordings",
  root: "/srv/recordings",
  owns: recorderSessions(),
  keep: { last: 100, within: "30d", daily: 7, weekly: 5, monthly: 12, maxBytes: "500GiB" },
  minFree: { warn: "50GiB", target: "100GiB" },
});

it.each([
  ["keep_last", "it is among the newest 100"],
  ["keep_within", "it is no older than 30d"],
  ["keep_daily", "it is the newest of its day, of the last 7 that have one"],
  ["keep_weekly", "it is the newest of its week, of the last 5 that have one"],
  ["keep_monthly", "it is the newest of its month, of the last 12 that have one"],
  ["min_age", "it is younger than 1h"],
  ["max_bytes", "it is the oldest while all take more than 500GiB"],
  ["min_free", "it is the oldest while less than 100GiB is free"],
  ["beyond_keep", "no rule keeps it"],
  ["unknown:symlink", `not provably ours: ${REASONS.symlink}`],
  ["unknown:mine", "not provably ours: by the target's own rule"],
] as const)("%s: %s", (rule, text) => {
  expect(describeRule(rule, policy)).toBe(text);
});
