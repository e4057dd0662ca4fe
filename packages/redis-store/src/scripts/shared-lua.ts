// Microseconds of Redis time: exact in Lua's doubles until the year 2255, and never smaller than what was handed out
// before, so a fence does not go back when the clock does, nor start again at 1 after data loss.
/** Lua: the store's clock, in µs and ms, and whole numbers as text. */
export const CLOCK = `
local function micros(last)
  local time = redis.call('TIME')
  return math.max(time[1] * 1000000 + time[2], last + 1)
end
local function millis() return math.floor(micros(0) / 1000) end
local function whole(number) return string.format('%.0f', number) end
`;

// Every message names its predecessor, so that a reader notices a lost one.
/** Lua: the next sequence number, and a message on the channel. */
export const ANNOUNCE = `
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
