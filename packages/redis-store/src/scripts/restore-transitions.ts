import type { Script } from "./script.js";

/**
 * KEYS transitions; ARGV firstId entries max: puts entries back before those of a stream that has lost its data since. The
 * stream takes no id below its last one, so it is written anew, as one step; only if it still begins as the caller saw it
 * (`firstId`, empty for an empty stream), and never a long one. Returns how many it put back.
 */
export const RESTORE_TRANSITIONS: Script = {
  name: "caretakerRestoreTransitions",
  keys: 1,
  lua: `
local held = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[3])
local firstId = held[1] and held[1][1] or ''
if firstId ~= ARGV[1] or #held >= tonumber(ARGV[3]) then return 0 end
local entries = cjson.decode(ARGV[2])
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do redis.call('XADD', KEYS[1], entry[1], unpack(entry[2])) end
for _, entry in ipairs(held) do redis.call('XADD', KEYS[1], entry[1], unpack(entry[2])) end
return #entries
`,
};
