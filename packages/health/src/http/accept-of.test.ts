import { expect, it } from "vitest";
import { acceptOf } from "./accept-of.js";

it.each([
  ["none", ["Host", "a"], undefined],
  ["one, in whatever case", ["Host", "a", "ACCEPT", "text/plain"], "text/plain"],
  ["several as one list", ["accept", "text/plain", "Accept", "*/*"], "text/plain, */*"],
  ["no other of that length", ["Cookie", "accept"], undefined],
  ["none without a value", ["accept"], undefined],
])("reads what came: %s", (_what, rawHeaders, expected) => {
  const request = {
    rawHeaders,
    get headers(): never {
      throw new Error("made without need");
    },
  };
  expect(acceptOf(request)).toBe(expected);
});

it("reads the headers of a request that has nothing else", () => {
  expect(acceptOf({ headers: { accept: "text/plain" } })).toBe("text/plain");
});
