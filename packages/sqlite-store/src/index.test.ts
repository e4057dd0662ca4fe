import { expect, it } from "vitest";
import * as store from "./index.js";

it("@caretaker/sqlite-store exports exactly this", () => {
  expect(Object.keys(store).sort()).toEqual([
    "DatabaseCorruptError",
    "DatabaseError",
    "DatabaseFailedError",
    "DatabaseFullError",
    "DatabaseLockedError",
    "DatabaseNewerSchemaError",
    "DatabaseNotAFileError",
    "DatabaseUnwritableError",
    "cleanupHistory",
    "cleanupTotals",
    "createCleanupJournal",
    "createStatusHistory",
    "createTargetLock",
    "journaledClaims",
    "openDatabase",
    "pruneCleanupJournal",
    "sessionHistory",
  ]);
});
