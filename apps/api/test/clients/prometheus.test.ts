import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";

const SHIPPED = fileURLToPath(new URL("../../../../deploy/prometheus/", import.meta.url));
const promtool = findOnPath(["promtool"]);
const run = promisify(execFile);

describe("the shipped alert rules", () => {
  beforeEach((context) => context.skip(promtool === undefined, "promtool is not installed"));

  it.each([
    ["are valid", ["check", "rules"], "*-alerts.yml"],
    ["fire when they should and not before", ["test", "rules"], "*.test.yml"],
    ["go with a configuration that is valid", ["check", "config"], "prometheus.yml"],
  ])("%s", async (_what, words, pattern) => {
    const command = [promtool, ...words, pattern].join(" ");
    const { stdout } = await run("sh", ["-c", command], { cwd: SHIPPED });
    expect(stdout).toContain("SUCCESS");
    expect(stdout).not.toContain("FAILED");
  });
});
