import type { Script } from "./script.js";

/**
 * KEYS strips; ARGV buckets count [field strip]… [field]…: merges `count` strips into those that are held, by the rule of
 * `mergeStrips` in the health core, and removes the fields after them. The order in which several workers do so, and how
 * often, makes no difference.
 */
export const MERGE_STRIPS: Script = {
  name: "caretakerMergeStrips",
  keys: 1,
  lua: `
local buckets, count = tonumber(ARGV[1]), tonumber(ARGV[2])
local function read(text)
  local last, digits = string.match(text or '', '^(%d+):([0-7]+)$')
  return tonumber(last), digits
end
local function at(last, digits, bucket)
  local place = bucket - last + #digits
  return place >= 1 and place <= #digits and tonumber(string.sub(digits, place, place)) or 0
end
local function merged(a, b)
  local lastA, digitsA = read(a)
  local lastB, digitsB = read(b)
  if not lastA then return b end
  local last = math.max(lastA, lastB)
  local first = math.max(last - buckets, math.min(lastA - #digitsA, lastB - #digitsB)) + 1
  local digits = {}
  for bucket = first, last do
    digits[#digits + 1] = bit.bor(at(lastA, digitsA, bucket), at(lastB, digitsB, bucket))
  end
  return string.format('%.0f', last) .. ':' .. table.concat(digits)
end
for i = 3, 2 + count * 2, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], merged(redis.call('HGET', KEYS[1], ARGV[i]), ARGV[i + 1]))
end
for i = 3 + count * 2, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return count
`,
};
