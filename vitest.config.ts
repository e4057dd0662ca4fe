import { defineConfig, type TestUserConfig } from "vitest/config";

const shared: Pick<TestUserConfig, "setupFiles" | "pool"> = {
  setupFiles: ["scripts/testing/fail-on-leaks.ts"],
  // Processes, not threads: tests read process warnings, send signals and load a native module.
  pool: "forks",
};

export default defineConfig({
  test: {
    reporters: ["default", "./scripts/testing/summary-reporter.ts"],
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          // Only how long to wait for a test that hangs: on a busy machine the long ones need more than five seconds.
          testTimeout: 20_000,
          // Named, because compiled tests under dist/ would otherwise run a second time.
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "scripts/**/*.test.{ts,mjs}"],
          exclude: ["scripts/**/*.integration.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "integration",
          include: [
            "packages/*/test/**/*.test.ts",
            "apps/*/test/**/*.test.ts",
            "examples/test/**/*.test.ts",
            "scripts/**/*.integration.test.ts",
          ],
          globalSetup: ["scripts/testing/global-setup.ts"],
          // Each file may run a Redis, a worker and an API: two at a time is what two cores stand.
          maxWorkers: 2,
          // After the unit tests, which are many, short and would share those cores.
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
