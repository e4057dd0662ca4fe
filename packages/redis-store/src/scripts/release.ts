import type { Script } from "./script.js";

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
if not isGone and not (lease and (string.match(lease, '^%d+') == ARGV[1] or lease == 'hung:' .. ARGV[1])) then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], 'hung:' .. ARGV[1], 'PX', ARGV[2]) end
return 1
`,
};
