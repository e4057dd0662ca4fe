import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client } from "./client.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool } from "./spawn-tool.ts";

const run = promisify(execFile);

/** Varnish, whose backend is healthy or sick by its probe. */
export const varnish: Client = {
  name: "Varnish, backend probe",
  program: findOnPath(["varnishd"]) ?? findOnPath(["varnishd"], { PATH: "/usr/sbin" }),
  start: async (program, { port, directory }) => {
    const vcl = writeShipped("varnish/caretaker.vcl", directory, {
      '.port = "3000"': `.port = "${port}"`,
      ".interval = 2s": ".interval = 0.2s",
    });
    const work = join(directory, "varnish");
    const listen = `127.0.0.1:${await freePort()}`;
    const tool = spawnTool(program, ["-F", "-j", "none", "-n", work, "-a", listen, "-f", vcl, "-s", "malloc,16m"]);
    const list = async () => (await run("varnishadm", ["-n", work, "backend.list"])).stdout;
    await tool.untilUp(list);
    return { verdict: async () => (/\bhealthy\b/i.test(await list()) ? "up" : "down"), stop: tool.stop };
  },
};
