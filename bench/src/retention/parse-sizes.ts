const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1_000, M: 1_000_000 };

/** Reads `10k,100k,1M`; throws a `TypeError` for what is no such list. */
export function parseSizes(text: string): number[] {
  return text.split(",").map((size) => {
    const [, digits, unit = ""] = /^([1-9]\d{0,6})(k|M)?$/.exec(size) ?? [];
    if (digits === undefined) throw new TypeError(`${JSON.stringify(size)} is no size; write for example 10k,100k,1M`);
    return Number(digits) * (FACTORS[unit] ?? 1);
  });
}
