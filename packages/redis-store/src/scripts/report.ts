import type { Script } from "./script.js";
import { ANNOUNCE, CLOCK } from "./shared-lua.js";

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
