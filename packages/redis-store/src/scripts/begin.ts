import type { Script } from "./script.js";
import { CLOCK } from "./shared-lua.js";

/**
 * KEYS states fences lease; ARGV field leaseMs owner isIdle → `{kind, fence, record}`. An owner that is idle, with no run of
 * this key under way, and finds a lease of its own never heard that it had got it: it takes that one over.
 */
export const BEGIN: Script = {
  name: "caretakerBegin",
  keys: 3,
  lua: `${CLOCK}
local field = ARGV[1]
local lease = redis.call('GET', KEYS[3])
local hung = lease and string.sub(lease, 1, 5) == 'hung:'
local isLost = ARGV[4] == '1' and lease and string.match(lease, '@(.*)$') == ARGV[3]
if lease and not hung and not isLost then return {'busy'} end
local last = redis.call('HGET', KEYS[2], field)
local fence = whole(micros(last and tonumber(string.match(last, '^%d+')) or 0))
redis.call('HSET', KEYS[2], field, fence .. ':open')
if not hung then redis.call('SET', KEYS[3], fence .. '@' .. ARGV[3], 'PX', ARGV[2]) end
return {hung and 'hung' or 'begun', fence, redis.call('HGET', KEYS[1], field)}
`,
};
