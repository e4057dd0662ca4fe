import { expect, it } from "vitest";
import { publicError } from "./public-error.js";

it.each([
  "ERR_ROOT_REFUSED",
  "ERR_TRASH_REFUSED",
  "ERR_PLAN_REFUSED",
  "ERR_DB_FULL",
  "read_only",
  "ENOENT",
  "internal",
])("publishes %s with a sentence that names no path", (code) => {
  const error = publicError({ code, message: 'ENOENT: no such file, open "/srv/recordings/a"' });
  expect(error).toEqual({ code, message: expect.stringContaining("the worker's log") });
  expect(error?.message).not.toMatch(/[/\\]/);
});

it("publishes what guards say as they say it, and nothing where nothing ended the run", () => {
  const guarded = { code: "ERR_GUARDED", message: "nothing was deleted: too_many" };
  expect(publicError(guarded)).toEqual(guarded);
  expect(publicError(null)).toBeNull();
});
