/** Places are this far apart, in ms: checks so close together begin together, which costs a worker one waking up, not many. */
const PLACE_MS = 50;

/** A check's own place within its interval, in ms: the same after every restart, and spread over the interval by the name. */
export function staggerOffsetMs(name: string, everyMs: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return (hash % Math.floor(everyMs / PLACE_MS)) * PLACE_MS;
}
