import { expect, it } from "vitest";
import * as contents from "./index.js";

it("exports exactly this", () => {
  expect(Object.keys(contents).sort()).toEqual([
    "InvalidRequestError",
    "InvalidWorkerError",
    "createCheckClient",
    "createCleanupClient",
    "defineConfig",
    "startWorker",
  ]);
});
