import type { Script } from "./script.js";
import { CLOCK } from "./shared-lua.js";

/**
 * KEYS instances instanceBeats; ARGV id value aliveMs → `{live, readyOnce, failing}`: an API instance tells of itself and
 * counts the living ones, so that the answer is three numbers however many they are. Both keys end with the last of them.
 */
export const INSTANCE_BEAT: Script = {
  name: "caretakerInstanceBeat",
  keys: 2,
  lua: `${CLOCK}
local now = millis()
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. whole(now - ARGV[3]))) do
  redis.call('ZREM', KEYS[2], gone)
  redis.call('HDEL', KEYS[1], gone)
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3] * 2)
redis.call('PEXPIRE', KEYS[2], ARGV[3] * 2)
local readyOnce, failing = 0, 0
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  if string.sub(value, 1, 1) == '1' then
    readyOnce = readyOnce + 1
    if string.sub(value, 2, 2) == '1' then failing = failing + 1 end
  end
end
return {redis.call('ZCARD', KEYS[2]), readyOnce, failing}
`,
};

/** KEYS instances instanceBeats; ARGV id: an API instance has left. */
export const INSTANCE_LEAVE: Script = {
  name: "caretakerInstanceLeave",
  keys: 2,
  lua: `
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('ZREM', KEYS[2], ARGV[1])
`,
};
