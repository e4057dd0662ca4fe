import { expect, it } from "vitest";
import * as contents from "./index.js";

it("the package's contents", () => {
  expect(Object.keys(contents).toSorted()).toEqual(["InvalidTargetError", "attach", "health"]);
});
