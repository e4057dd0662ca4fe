import type { TargetLock } from "../lock.js";

/** A {@link TargetLock} for tests: it holds within this process only. */
export function createMemoryLock(): TargetLock {
  const held = new Set<string>();
  return {
    acquire: ({ root }) => {
      if (held.has(root)) return null;
      held.add(root);
      let isReleased = false;
      return () => {
        if (!isReleased) held.delete(root);
        isReleased = true;
      };
    },
  };
}
