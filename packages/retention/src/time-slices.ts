import { createTurns } from "./turns.js";

/** The same as {@link createTurns}, for a loop that only ever waits: call what is returned after each piece of work. */
export function createTimeSlices(): () => Promise<void> {
  const turns = createTurns();
  return () => turns.next();
}
