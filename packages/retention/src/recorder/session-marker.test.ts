import { describe, expect, it } from "vitest";
import { parseSessionMarker } from "./session-marker.js";

const WHOLE = {
  session_id: "call",
  started_at: "2024-01-31T12:00:00Z",
  ended_at: "2024-01-31T12:30:00Z",
  total_segments: 2,
  segments: [{ file: "segment_0001.raw" }],
  raw_audio_format: "s16le",
  sample_rate: 16_000,
  hold: false,
};
const LEAST = { session_id: "call", started_at: "2024-01-31T12:00:00Z" };
const STARTED_MS = Date.UTC(2024, 0, 31, 12);
const OPTIONAL = ["ended_at", "total_segments", "segments", "raw_audio_format", "sample_rate", "hold"] as const;

const parse = (marker: unknown) => parseSessionMarker(JSON.stringify(marker));

describe("a marker", () => {
  it("tells its session, its times and its hold", () => {
    const startedAt = { wallMs: STARTED_MS, instantMs: STARTED_MS };
    const endedAt = { wallMs: STARTED_MS + 1_800_000, instantMs: STARTED_MS + 1_800_000 };
    expect(parse(WHOLE)).toEqual({ sessionId: "call", startedAt, endedAt, hold: false });
    expect(parse(LEAST)).toEqual({ sessionId: "call", startedAt, endedAt: null, hold: false });
    expect(parse({ ...LEAST, hold: true })).toMatchObject({ hold: true });
  });

  it.each(OPTIONAL)("may leave %s out, or null", (field) => {
    const { [field]: _left, ...without } = WHOLE;
    expect(parse(without)).not.toBeNull();
    expect(parse({ ...WHOLE, [field]: null })).not.toBeNull();
  });

  it.each([
    ["fields that nobody knows", { ...WHOLE, mood: "good" }],
    ["no segments", { ...WHOLE, total_segments: 0, segments: [] }],
    ["an empty format", { ...WHOLE, raw_audio_format: "" }],
    ["a part of a hertz", { ...WHOLE, sample_rate: 0.5 }],
  ])("may have %s", (_what, marker) => {
    expect(parse(marker)).not.toBeNull();
  });

  it.each<[string, Readonly<Record<string, readonly unknown[]>>]>([
    ["session_id", { session_id: [undefined, null, 7, true, ["call"]] }],
    [
      "started_at",
      { started_at: [undefined, null, 1_706_702_400, "", "yesterday", "2024-02-30T12:00:00Z", [STARTED_MS]] },
    ],
    ["ended_at", { ended_at: [1_706_702_400, "", "later", "2024-02-30T12:00:00Z", ["2024-01-31T12:30:00Z"]] }],
    ["total_segments", { total_segments: [-1, 1.5, 2 ** 53, "2", true, [2]] }],
    ["segments", { segments: [{}, "segment_0001.raw", 2, true] }],
    ["raw_audio_format", { raw_audio_format: [7, true, ["s16le"], {}] }],
    ["sample_rate", { sample_rate: [0, -1, "16000", true, [16_000]] }],
    ["hold", { hold: ["true", "false", "", 0, 1, [], {}] }],
  ])("is none with another %s", (_field, wrong) => {
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) expect(parse({ ...WHOLE, [field]: value }), JSON.stringify(value)).toBeNull();
    }
  });

  it("is none with a sample rate beyond all numbers", () => {
    expect(parseSessionMarker(JSON.stringify(WHOLE).replace("16000", "1e999"))).toBeNull();
  });

  it.each(["", "{", "null", "7", '"call"', "true", "[]", JSON.stringify([WHOLE])])("is not %j", (text) => {
    expect(parseSessionMarker(text)).toBeNull();
  });
});
