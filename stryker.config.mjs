import { basename, join } from "node:path";

const root = import.meta.dirname;
// Outside the package, so that no other tool reads the copies of its source.
const out = join(root, ".mutation", basename(process.cwd()));

/** For one package at a time, whose folder is the working directory: `npm run mutation -- <package>`. */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: join(root, "vitest.mutation.config.ts") },
  coverageAnalysis: "perTest",
  mutate: ["src/**/*.ts", "!src/**/*.test.ts", "!src/**/*.test.*.ts", "!src/testing/**"],
  // Its paths lead out of the copy; the root's is found in its place.
  ignorePatterns: ["tsconfig.json"],
  concurrency: 2,
  incremental: false,
  disableTypeChecks: false,
  timeoutMS: 5_000,
  timeoutFactor: 2,
  tempDirName: join(out, "sandbox"),
  cleanTempDir: "always",
  reporters: ["clear-text", "html", "json"],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: join(out, "report.html") },
  jsonReporter: { fileName: join(out, "report.json") },
  thresholds: { high: 95, low: 90, break: 90 },
};
