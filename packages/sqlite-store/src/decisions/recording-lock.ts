import { setTimeout as delay } from "node:timers/promises";
import { DatabaseLockedError } from "../errors.js";
import { takeExclusiveLock } from "../exclusive-lock.js";

const ASK_EVERY_MS = 50;
const GIVE_UP_AFTER_MS = 120_000;

/**
 * Waits until nobody else, in whatever process, records decisions in this database, and returns what ends the turn. A
 * dry run holds no root's lock, so that two recordings of one root can meet; each must see the index as it left it.
 *
 * @throws {@link DatabaseLockedError} after two minutes, and the driver's error.
 */
export async function waitForRecordingTurn(databasePath: string): Promise<() => void> {
  const giveUpAtMs = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const release = tryRecordingTurn(databasePath);
    if (release !== null) return release;
    if (performance.now() > giveUpAtMs) {
      throw new DatabaseLockedError(databasePath, "another process records decisions for longer than two minutes");
    }
    await delay(ASK_EVERY_MS);
  }
}

/** The same without waiting: `null` while somebody records. */
export function tryRecordingTurn(databasePath: string): (() => void) | null {
  return takeExclusiveLock(`${databasePath}-recording`);
}
