import type { Script } from "./script.js";
import { ANNOUNCE, CLOCK } from "./shared-lua.js";

/**
 * KEYS workers beats workerVersions definitions registry registryDigest states fences sequence repairTurn inSync hosts;
 * ARGV id info digest aliveMs forgetMs channel turnMs host isInSync forgetHostMs [name spec]…
 * → `{nowMs, role, turn, othersInSync, forgottenHosts}`.
 *
 * One definition set is in force: the newest that a living worker carries. An old deploy that is still running, or is
 * started again, yields to a newer one; once no worker of the newer one is left, it takes over again (a roll-back).
 * A worker whose clock is off leaves the turn to those whose clock is right: it would take it and repair nothing.
 * `role` is `superseded`, `current`, or `installed` when the registry had to be written: also when it holds another
 * number of checks than it should, since whatever happened to it would otherwise stay.
 *
 * `othersInSync` leaves out the workers that yield to this one's set, and those that have left: if they counted, a worker
 * with a wrong clock would wait for workers that take no ticks.
 */
export const BEAT: Script = {
  name: "caretakerBeat",
  keys: 12,
  lua: `${CLOCK}${ANNOUNCE}
local id, info, digest, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[6]
local now = millis()
local version = tonumber(redis.call('HGET', KEYS[4], digest))
if not version then
  version = 0
  for _, known in ipairs(redis.call('HVALS', KEYS[4])) do version = math.max(version, tonumber(known)) end
  version = version + 1
  redis.call('HSET', KEYS[4], digest, whole(version))
  local all = redis.call('HGETALL', KEYS[4])
  for i = 1, #all, 2 do
    if tonumber(all[i + 1]) <= version - 64 then redis.call('HDEL', KEYS[4], all[i]) end
  end
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[5])) do
  redis.call('ZREM', KEYS[2], gone)
  redis.call('HDEL', KEYS[1], gone)
  redis.call('HDEL', KEYS[3], gone)
end
redis.call('HSET', KEYS[1], id, '{"v":1,"beat":' .. whole(now) .. ',"info":' .. info .. '}')
redis.call('ZADD', KEYS[2], now, id)
redis.call('HSET', KEYS[3], id, whole(version))
redis.call('ZADD', KEYS[12], now, ARGV[8])
redis.call('ZREMRANGEBYSCORE', KEYS[11], '-inf', '(' .. whole(now - ARGV[4]))
redis.call('ZREM', KEYS[11], id)
local others = 0
for _, other in ipairs(redis.call('ZRANGE', KEYS[11], 0, -1)) do
  if (tonumber(redis.call('HGET', KEYS[3], other) or '') or 0) >= version then others = others + 1 end
end
if ARGV[9] == '1' then redis.call('ZADD', KEYS[11], now, id) end
for _, alive in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], now - ARGV[4], '+inf')) do
  local other = redis.call('HGET', KEYS[3], alive)
  if other and tonumber(other) > version then return {now, 'superseded', 0, others, {}} end
end
local mayTakeTurn = ARGV[9] == '1' or others == 0
local turn = mayTakeTurn and redis.call('SET', KEYS[10], id, 'NX', 'PX', ARGV[7]) and 1 or 0
local hosts = {}
if turn == 1 then
  hosts = redis.call('ZRANGEBYSCORE', KEYS[12], '-inf', now - ARGV[10], 'LIMIT', 0, 10)
  for _, host in ipairs(hosts) do
    redis.call('ZREM', KEYS[12], host)
    for _, hash in ipairs({KEYS[7], KEYS[8]}) do
      for _, field in ipairs(redis.call('HKEYS', hash)) do
        if string.sub(field, -#host - 1) == '@' .. host then redis.call('HDEL', hash, field) end
      end
    end
  end
end
local isWhole = redis.call('HLEN', KEYS[5]) == (#ARGV - 10) / 2
if isWhole and redis.call('GET', KEYS[6]) == digest then return {now, 'current', turn, others, hosts} end
redis.call('DEL', KEYS[5])
local expected = {}
for i = 11, #ARGV, 2 do
  redis.call('HSET', KEYS[5], ARGV[i], ARGV[i + 1])
  expected[ARGV[i]] = true
end
redis.call('SET', KEYS[6], digest)
for _, hash in ipairs({KEYS[7], KEYS[8]}) do
  for _, field in ipairs(redis.call('HKEYS', hash)) do
    if not expected[string.match(field, '^[^@]*')] then redis.call('HDEL', hash, field) end
  end
end
local last, sequence = advance(KEYS[9])
announce(channel, last, sequence, '')
return {now, 'installed', turn, others, hosts}
`,
};
