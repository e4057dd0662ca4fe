import { afterAll } from "vitest";
import { killLiveProcesses } from "./live-processes.ts";

// Thrown out of the handler, a warning becomes an uncaught exception, which vitest counts as an error of the run.
process.on("warning", (warning) => {
  throw new Error(`process warning: ${warning.stack ?? warning.message}`, { cause: warning });
});

// Registered first, so it runs after the file's own hooks.
afterAll(() => {
  const left = killLiveProcesses();
  if (left.length > 0) throw new Error(`this test file left running: ${left.join(", ")}`);
});
