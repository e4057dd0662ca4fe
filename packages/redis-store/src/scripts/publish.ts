import type { Script } from "./script.js";
import { ANNOUNCE, CLOCK } from "./shared-lua.js";

/**
 * The record is stamped with the clock itself, not with the sequence, which stays ahead of a clock that was set back.
 *
 * KEYS states fences lease sequence transitions; ARGV field fence body since from to code runId channel hungForMs maxTransitions cause
 * → `published` or `superseded`. `since` is empty where the state is new.
 */
export const PUBLISH: Script = {
  name: "caretakerPublish",
  keys: 5,
  lua: `${CLOCK}${ANNOUNCE}
local field, fence, body, since, from, to = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if redis.call('HGET', KEYS[2], field) ~= fence .. ':open' then return 'superseded' end
redis.call('HSET', KEYS[2], field, fence .. ':done')
local last, sequence = advance(KEYS[4])
local at = whole(millis())
if since == '' then since = at end
local record = '{"v":1,"seq":' .. whole(sequence) .. ',"at":' .. at .. ',"since":' .. since .. ',"body":' .. body .. '}'
redis.call('HSET', KEYS[1], field, record)
if from ~= to then
  redis.call('XADD', KEYS[5], 'MAXLEN', '~', ARGV[11], '*',
    'field', field, 'from', from, 'to', to, 'code', ARGV[7], 'runId', ARGV[8], 'at', at, 'cause', ARGV[12])
end
announce(ARGV[9], last, sequence, ',"field":' .. cjson.encode(field) .. ',"record":' .. record)
local lease = redis.call('GET', KEYS[3])
local isOurs = lease and string.match(lease, '^%d+') == fence
if ARGV[10] ~= '0' and (not lease or isOurs) then redis.call('SET', KEYS[3], 'hung:' .. fence, 'PX', ARGV[10])
elseif isOurs then redis.call('DEL', KEYS[3]) end
return 'published'
`,
};
