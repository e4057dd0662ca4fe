import {
  BUCKET_MS,
  type CheckRecord,
  type CheckSpec,
  decodeStrip,
  defineCheck,
  type StripEntry,
  type TransitionEntry,
  toSpec,
} from "@caretaker/health";
import { sampleRecord } from "@caretaker/health/testing";
import { expect, it } from "vitest";
import { historySchema } from "../schemas/index.js";
import { describeHistory, type HistoryContent } from "./describe-history.js";

const HOUR_BUCKET = 20_000_000;
const NOW_MS = HOUR_BUCKET * BUCKET_MS["1h"] + 30_000;
const spec = (name: string) => toSpec(defineCheck({ name, run: () => undefined }));

function kept(series: string, text: string): StripEntry {
  const strip = decodeStrip(text);
  if (strip === null) throw new Error(`no strip: ${text}`);
  return { series, range: "1h", strip };
}

function change(check: string, to: CheckRecord["state"], agoMs: number): TransitionEntry {
  const atMs = NOW_MS - agoMs;
  return { id: `${atMs}-0`, check, host: null, from: "unknown", to, code: "refused", runId: "r", atMs, cause: null };
}

function tell(content: {
  strips?: readonly StripEntry[];
  transitions?: readonly TransitionEntry[];
  records?: readonly CheckRecord[];
  specs?: readonly CheckSpec[];
  check?: string;
}) {
  const { strips = [], transitions = [], records = [], specs = [spec("db"), spec("disk")], check = null } = content;
  const told = describeHistory({
    past: { strips, transitions, readAtMs: NOW_MS },
    snapshot: { specs: new Map(specs.map((one) => [one.name, one])), records },
    nowMs: NOW_MS,
    range: "1h",
    check,
  } satisfies HistoryContent);
  expect(historySchema.parse(told)).toEqual(told);
  return told;
}

it("has sixty buckets that end with the present one, and nothing where nobody looked", () => {
  const { strips, fromMs, toMs, bucketMs } = tell({ strips: [kept("db", `${HOUR_BUCKET - 3}:51`)] });
  expect([fromMs, toMs, bucketMs]).toEqual([(HOUR_BUCKET - 59) * 60_000, (HOUR_BUCKET + 1) * 60_000, 60_000]);
  const [db] = strips;
  expect(db?.worst).toEqual([...Array(55).fill(null), "down", "up", null, null, null]);
  expect(db?.mixed).toEqual([55]);
});

it("knows what the snapshot knows and no worker has kept yet", () => {
  const record = sampleRecord("db", { state: "down", sinceMs: NOW_MS - 10_000, atMs: NOW_MS - 10_000 });
  const { strips } = tell({ records: [record], strips: [kept("db", `${HOUR_BUCKET - 1}:1`)] });
  expect(strips[0]?.worst.slice(-3)).toEqual([null, "up", "down"]);
});

it("leaves out checks that are gone, machines not seen in the range, and other checks than the one asked for", () => {
  const strips = ["db", "disk@a", "gone"].map((series) => kept(series, `${HOUR_BUCKET}:1`));
  const old = kept("disk@b", `${HOUR_BUCKET - 60}:1`);
  const shown = (told: ReturnType<typeof tell>) => told.strips.map(({ check, host }) => [check, host]);
  expect(shown(tell({ strips: [...strips, old] }))).toEqual([
    ["db", null],
    ["disk", "a"],
  ]);
  expect(shown(tell({ strips, check: "disk" }))).toEqual([["disk", "a"]]);
});

it("tells how long each state lasted, of each check by itself", () => {
  const transitions = [
    change("db", "up", 10),
    change("disk", "up", 20),
    change("db", "down", 30),
    change("db", "up", 4_000_000),
  ];
  const told = tell({ transitions });
  expect(
    told.transitions.map(({ check, to, atMs, endedAtMs }) => [
      check,
      to,
      NOW_MS - atMs,
      endedAtMs && NOW_MS - endedAtMs,
    ]),
  ).toEqual([
    ["db", "up", 10, null],
    ["disk", "up", 20, null],
    ["db", "down", 30, 10],
  ]);
  expect(told.truncated).toBe(false);
  expect(told.transitions[2]?.output).toBe("db refused the connection or the request");
});

it("says when there were more changes than it tells", () => {
  const many = Array.from({ length: 200 }, (_, index) => change("db", "up", index));
  expect(tell({ transitions: many }).truncated).toBe(true);
  expect(tell({ transitions: [...many.slice(1), change("db", "up", 4_000_000)] }).truncated).toBe(false);
});
