import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The unit tests of the package that is the working directory, as stryker runs them on each change of its source. */
export default defineConfig({
  test: {
    globalSetup: [fileURLToPath(new URL("./scripts/mutation/open-sandbox.ts", import.meta.url))],
    // Fewer tests notice fewer changes: naming the fast ones can only lower the score.
    include: process.env["MUTATION_TESTS"]?.split(",") ?? ["src/**/*.test.ts"],
    // A run in which a test fails for want of time measures the machine.
    testTimeout: 60_000,
    // The kit for users' tests is not mutated, and its tests of hanging checks take seconds each.
    exclude: ["src/testing/**", "**/node_modules/**"],
  },
});
