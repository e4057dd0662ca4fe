import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client } from "./client.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool } from "./spawn-tool.ts";

const run = promisify(execFile);

/** monit, with a cycle of one second. */
export const monit: Client = {
  name: "monit, protocol http",
  program: findOnPath(["monit"]),
  start: async (program, { port, directory }) => {
    const config = writeConfig(directory, port, await freePort());
    const tool = spawnTool(program, ["-I", "-c", config]);
    const show = async () => (await run(program, ["-c", config, "summary", "-B"])).stdout;
    await tool.untilUp(async () => (await show()).includes("caretaker-api"));
    return { verdict: async () => (/caretaker-api\s+OK/.test(await show()) ? "up" : "down"), stop: tool.stop };
  },
};

function writeConfig(directory: string, port: number, listen: number): string {
  const work = join(directory, "monit");
  mkdirSync(work, { recursive: true });
  const included = writeShipped("monit/caretaker.monitrc", work, { "port 3000": `port ${port}` });
  const config = join(work, "monitrc");
  writeFileSync(
    config,
    [
      "set daemon 1",
      ...["pid", "id", "state"].map((kind) => `set ${kind}file ${join(work, kind)}`),
      `set log ${join(work, "log")}`,
      `set httpd port ${listen} and use address 127.0.0.1 allow localhost`,
      `include ${included}`,
      "",
    ].join("\n"),
  );
  // Anything else it refuses.
  chmodSync(config, 0o600);
  chmodSync(included, 0o600);
  return config;
}
