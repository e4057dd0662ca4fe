import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The unit tests of the package that is the working directory, as stryker runs them on each change of its source. */
export default defineConfig({
  test: {
    globalSetup: [fileURLToPath(new URL("./scripts/mutation/open-sandbox.ts", import.meta.url))],
    include: ["src/**/*.test.ts"],
    // The kit for users' tests is not mutated, and its tests of hanging checks take seconds each.
    exclude: ["src/testing/**", "**/node_modules/**"],
  },
});
