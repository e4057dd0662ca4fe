const SURROGATE = /[\uD800-\uDFFF]/;

/**
 * A name such that SQLite, which compares bytes, orders it by UTF-16 code unit as plans do: UTF-8, but with each half
 * of a surrogate pair written by itself (CESU-8). The name itself for all names without such characters.
 */
export function nameKeyOf(name: string): string | Buffer {
  if (!SURROGATE.test(name)) return name;
  return Buffer.concat(name.split("").map((unit) => (SURROGATE.test(unit) ? encodeHalf(unit) : Buffer.from(unit))));
}

function encodeHalf(half: string): Buffer {
  const unit = half.charCodeAt(0);
  return Buffer.from([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
}
