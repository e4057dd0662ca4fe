import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Named, because compiled tests under dist/ would otherwise run a second time.
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
  },
});
