/** The directory in each root where claimed sessions wait: same device, mode 0700, never a session. */
export const TRASH_NAME = ".caretaker-trash";

/** The file in the trash that the lock on a root is taken on. */
export const LOCK_NAME = "lock.db";
