import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketsUntil, decodeStrip, encodeStrip, isWithin, mergeStrips, type Strip, stripOf } from "./strip.js";

const strips: fc.Arbitrary<Strip> = fc.record({
  end: fc.integer({ min: 1_000, max: 1_100 }),
  bits: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 60 }),
});
const seenOf = (strip: Strip, end: number) => bucketsUntil(strip, end);
/** Which states each of the last sixty buckets saw: more than is shown, which is the worst and whether there were others. */
const setsUntil = ({ end: last, bits }: Strip, end: number) =>
  Array.from({ length: 60 }, (_, index) => bits[end - 60 + index - (last - bits.length)] ?? 0);

describe("merging strips", () => {
  it("is the same in any order, and however often", () => {
    fc.assert(
      fc.property(strips, strips, strips, (a, b, c) => {
        const end = Math.max(a.end, b.end, c.end);
        const all = seenOf(mergeStrips(mergeStrips(a, b), c), end);
        expect(seenOf(mergeStrips(a, mergeStrips(c, b)), end)).toEqual(all);
        expect(seenOf(mergeStrips(mergeStrips(mergeStrips(a, b), c), a), end)).toEqual(all);
      }),
    );
  });

  it("holds whatever either saw, and is bounded", () => {
    fc.assert(
      fc.property(strips, strips, (a, b) => {
        const merged = mergeStrips(a, b);
        expect([isWithin(a, merged), isWithin(b, merged), merged.bits.length <= 60]).toEqual([true, true, true]);
        const isSame = JSON.stringify(setsUntil(merged, merged.end)) === JSON.stringify(setsUntil(a, merged.end));
        expect(isWithin(merged, a)).toBe(isSame && a.end === merged.end);
      }),
    );
  });

  it("leaves out what is further back than a strip reaches", () => {
    const merged = mergeStrips(stripOf("down", 100, 100), stripOf("up", 160, 160));
    expect(merged.bits).toHaveLength(60);
    expect(seenOf(merged, 160).filter(({ worst }) => worst !== null)).toEqual([{ worst: "up", isMixed: false }]);
  });
});

describe("what a bucket saw", () => {
  it("is the worst of it, and whether there was more", () => {
    const merged = ["up", "degraded", "down"].flatMap((state, index) => {
      return [stripOf(state as "up", 200 + index, 200 + index), stripOf("up", 202, 202)];
    });
    const all = merged.reduce((held, strip) => mergeStrips(held, strip));
    expect(bucketsUntil(all, 203).slice(-4)).toEqual([
      { worst: "up", isMixed: false },
      { worst: "degraded", isMixed: false },
      { worst: "down", isMixed: true },
      { worst: null, isMixed: false },
    ]);
  });
});

describe("a strip as text", () => {
  it("is read back", () => {
    fc.assert(
      fc.property(strips, (strip) => {
        expect(decodeStrip(encodeStrip(strip))).toEqual(strip);
      }),
    );
  });

  it.each(["", "5", "5:", ":1", "5:8", "-5:1", "5:1 ", "1e9:1", `5:${"1".repeat(61)}`, `${"9".repeat(13)}:1`])(
    "is none: %j",
    (text) => {
      expect(decodeStrip(text)).toBeNull();
    },
  );
});
