/** A check's own place within its interval, in ms: the same after every restart, and spread over the interval by the name. */
export function staggerOffsetMs(name: string, everyMs: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  // Never 0, which BullMQ reads as "no offset".
  return 1 + (hash % Math.max(1, everyMs - 1));
}
