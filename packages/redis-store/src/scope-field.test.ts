import { describe, expect, it } from "vitest";
import { fromField, toField } from "./scope-field.js";

describe("the field of a check and scope key", () => {
  it.each([
    [{ check: "db", host: null }, "db"],
    [{ check: "disk", host: "host-a" }, "disk@host-a"],
    [{ check: "disk", host: "ops@host.b:1" }, "disk@ops@host.b:1"],
    [{ check: "disk", host: "" }, "disk@"],
  ])("of %j is %s, and back", (key, field) => {
    expect(toField(key)).toBe(field);
    expect(fromField(field)).toEqual(key);
  });
});
