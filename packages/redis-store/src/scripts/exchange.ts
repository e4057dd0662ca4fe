import type { Script } from "./script.js";

/** KEYS value; ARGV before after → 1 where the value was `before`, empty for none, and is `after` now; else 0. */
export const EXCHANGE: Script = {
  name: "caretakerExchange",
  keys: 1,
  lua: `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`,
};
