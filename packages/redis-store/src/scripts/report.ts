import type { Script } from "./script.js";
import { ANNOUNCE, CLOCK } from "./shared-lua.js";

/**
 * Everything of a run at once, and each run once: one that is published again, by a worker that did not hear the answer
 * or was restarted, must not be counted twice. A late one is not the last run.
 *
 * KEYS reports reportHeads targets sequence sums published; ARGV target status channel keepReports keepIds
 * [runId report lastRun finishedMs success [field increment]…]; without them the status alone changed; an empty
 * `lastRun` counts for nothing.
 */
export const REPORT: Script = {
  name: "caretakerReport",
  keys: 6,
  lua: `${CLOCK}${ANNOUNCE}
local function raise(field, value)
  if value < (tonumber(redis.call('HGET', KEYS[5], field) or '') or 0) then return false end
  redis.call('HSET', KEYS[5], field, whole(value))
  return true
end
local runId = ARGV[6]
if runId and not redis.call('LPOS', KEYS[6], runId) then
  redis.call('LPUSH', KEYS[6], runId)
  redis.call('LTRIM', KEYS[6], 0, ARGV[5] - 1)
  redis.call('LPUSH', KEYS[1], ARGV[7])
  redis.call('LTRIM', KEYS[1], 0, ARGV[4] - 1)
  redis.call('HSET', KEYS[2], ARGV[1], runId)
  if ARGV[8] ~= '' then
    if raise('lastRunMs', tonumber(ARGV[9])) then redis.call('HSET', KEYS[5], 'lastRun', ARGV[8]) end
    if ARGV[10] == '1' then raise('lastSuccessMs', tonumber(ARGV[9])) end
    for i = 11, #ARGV, 2 do redis.call('HINCRBY', KEYS[5], ARGV[i], ARGV[i + 1]) end
  end
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
local last, sequence = advance(KEYS[4])
announce(ARGV[3], last, sequence, '')
return 1
`,
};
