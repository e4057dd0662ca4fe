import { expect, it } from "vitest";
import { EMPTY_SNAPSHOT } from "./snapshot.js";

it("before anything was read a snapshot holds nothing, and says so", () => {
  expect(EMPTY_SNAPSHOT).toEqual({
    version: 0,
    loaded: false,
    storeReachable: false,
    specs: new Map(),
    records: [],
    workers: [],
  });
});
