import { expect, it } from "vitest";
import * as store from "./index.js";

it("@caretaker/sqlite-store exports exactly this", () => {
  expect(Object.keys(store).sort()).toEqual([
    "DatabaseCorruptError",
    "DatabaseError",
    "DatabaseFailedError",
    "DatabaseLockedError",
    "DatabaseNewerSchemaError",
    "DatabaseNotAFileError",
    "DatabaseUnwritableError",
    "createCleanupJournal",
    "createTargetLock",
    "openDatabase",
    "pruneCleanupJournal",
  ]);
});
