import type { Script } from "./script.js";
import { ANNOUNCE, CLOCK } from "./shared-lua.js";

/**
 * KEYS workers beats workerVersions states sequence; ARGV id channel aliveMs [field]…: a worker leaves. Its host results
 * are shown, not counted, unless another living worker of the same machine goes on with them.
 */
export const WITHDRAW: Script = {
  name: "caretakerWithdraw",
  keys: 5,
  lua: `${CLOCK}${ANNOUNCE}
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
local staffed = {}
for _, alive in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], millis() - ARGV[3], '+inf')) do
  local isBeat, beat = pcall(cjson.decode, redis.call('HGET', KEYS[1], alive) or '')
  if isBeat and type(beat) == 'table' and type(beat.info) == 'table' and beat.info.host then
    staffed[beat.info.host] = true
  end
end
local mark = '{"v":1,"withdrawn":true,'
for i = 4, #ARGV do
  local record = redis.call('HGET', KEYS[4], ARGV[i])
  local isOurs = record and string.sub(record, 1, 7) == '{"v":1,' and string.sub(record, 1, #mark) ~= mark
  if isOurs and not staffed[string.match(ARGV[i], '@(.*)$')] then
    redis.call('HSET', KEYS[4], ARGV[i], mark .. string.sub(record, 8))
  end
end
local last, sequence = advance(KEYS[5])
announce(ARGV[2], last, sequence, '')
return 1
`,
};
