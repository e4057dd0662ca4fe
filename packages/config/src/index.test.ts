import { expect, it } from "vitest";
import * as config from "./index.js";

it("exports exactly this", () => {
  expect(Object.keys(config).sort()).toEqual([
    "InvalidConfigError",
    "prepareDataDirectories",
    "readConfig",
    "resolveDataDirectories",
  ]);
});
