/** A server-side script: the number of its keys and its text. */
export interface Script {
  readonly name: string;
  readonly keys: number;
  readonly lua: string;
}

// Microseconds of Redis time: exact in Lua's doubles until the year 2255, and never smaller than what was handed out
// before, so a fence does not go back when the clock does, nor start again at 1 after data loss.
const CLOCK = `
local function micros(last)
  local time = redis.call('TIME')
  return math.max(time[1] * 1000000 + time[2], last + 1)
end
local function millis() return math.floor(micros(0) / 1000) end
local function whole(number) return string.format('%.0f', number) end
`;

// Every message names its predecessor, so that a reader notices a lost one.
const ANNOUNCE = `
local function advance(key)
  local last = redis.call('GET', key) or '0'
  local sequence = micros(tonumber(last) or 0)
  redis.call('SET', key, whole(sequence))
  return last, sequence
end
local function announce(channel, last, sequence, rest)
  redis.call('PUBLISH', channel, '{"v":1,"prev":' .. last .. ',"seq":' .. whole(sequence) .. rest .. '}')
end
`;

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
if ARGV[10] ~= '0' and (not lease or lease == fence) then redis.call('SET', KEYS[3], 'hung:' .. fence, 'PX', ARGV[10])
elseif lease == fence then redis.call('DEL', KEYS[3]) end
return 'published'
`,
};

/**
 * KEYS lease; ARGV fence hungForMs: gives the lease back if it is still ours, or goes on holding it as hung: also where it
 * has run out meanwhile, in a process that was held up, since its function still runs.
 */
export const RELEASE: Script = {
  name: "caretakerRelease",
  keys: 1,
  lua: `
local lease = redis.call('GET', KEYS[1])
local isGone = not lease and ARGV[2] ~= '0'
if not isGone and lease ~= ARGV[1] and lease ~= 'hung:' .. ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], 'hung:' .. ARGV[1], 'PX', ARGV[2]) end
return 1
`,
};

/**
 * KEYS workers beats workerVersions definitions registry registryDigest states fences sequence repairTurn inSync hosts;
 * ARGV id info digest aliveMs forgetMs channel turnMs host isInSync forgetHostMs [name spec]…
 * → `{nowMs, role, turn, othersInSync, forgottenHosts}`.
 *
 * One definition set is in force: the newest that a living worker carries. An old deploy that is still running, or is
 * started again, yields to a newer one; once no worker of the newer one is left, it takes over again (a roll-back).
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
local turn = redis.call('SET', KEYS[10], id, 'NX', 'PX', ARGV[7]) and 1 or 0
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

/** KEYS reports reportHeads targets sequence; ARGV target runId report keep status channel; empty report: the status alone changed. */
export const REPORT: Script = {
  name: "caretakerReport",
  keys: 4,
  lua: `${CLOCK}${ANNOUNCE}
if ARGV[3] ~= '' then
  redis.call('LPUSH', KEYS[1], ARGV[3])
  redis.call('LTRIM', KEYS[1], 0, ARGV[4] - 1)
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[5])
local last, sequence = advance(KEYS[4])
announce(ARGV[6], last, sequence, '')
return 1
`,
};

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

/** Calls a script through a client on which it may not be defined yet. */
export type ScriptRunner = (script: Script, keysAndArgs: readonly (string | number)[]) => Promise<unknown>;

interface ScriptClient {
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
}

/** A runner over one ioredis client: EVALSHA, and EVAL once after a restart of Redis. */
export function createScriptRunner(client: ScriptClient): ScriptRunner {
  const commands = client as unknown as Record<
    string,
    ((...args: readonly (string | number)[]) => Promise<unknown>) | undefined
  >;
  return (script, keysAndArgs) => {
    if (commands[script.name] === undefined)
      client.defineCommand(script.name, { numberOfKeys: script.keys, lua: script.lua });
    const command = commands[script.name];
    if (command === undefined) throw new Error(`the Redis client did not take the script ${script.name}`);
    return command.call(client, ...keysAndArgs);
  };
}
