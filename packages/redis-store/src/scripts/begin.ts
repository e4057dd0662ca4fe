import type { Script } from "./script.js";
import { CLOCK } from "./shared-lua.js";

/** KEYS states fences lease; ARGV field leaseMs → `{kind, fence, record}`. */
export const BEGIN: Script = {
  name: "caretakerBegin",
  keys: 3,
  lua: `${CLOCK}
local field = ARGV[1]
local lease = redis.call('GET', KEYS[3])
local hung = lease and string.sub(lease, 1, 5) == 'hung:'
if lease and not hung then return {'busy'} end
local last = redis.call('HGET', KEYS[2], field)
local fence = whole(micros(last and tonumber(string.match(last, '^%d+')) or 0))
redis.call('HSET', KEYS[2], field, fence .. ':open')
if not hung then redis.call('SET', KEYS[3], fence, 'PX', ARGV[2]) end
return {hung and 'hung' or 'begun', fence, redis.call('HGET', KEYS[1], field)}
`,
};
