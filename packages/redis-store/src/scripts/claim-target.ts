import type { Script } from "./script.js";

/** KEYS owner; ARGV host keptMs → the machine that has the target: this one, while no other has. */
export const CLAIM_TARGET: Script = {
  name: "caretakerClaimTarget",
  keys: 1,
  lua: `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return owner end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
`,
};

/** KEYS owner; ARGV host: gives the target up, where this machine has it. */
export const RELEASE_TARGET: Script = {
  name: "caretakerReleaseTarget",
  keys: 1,
  lua: `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`,
};
