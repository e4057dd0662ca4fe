import { fileURLToPath } from "node:url";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client } from "./client.ts";
import { spawnTool } from "./spawn-tool.ts";

const CONFIG = fileURLToPath(new URL("../../../../deploy/blackbox/blackbox.yml", import.meta.url));

/** The Prometheus blackbox exporter, asked as Prometheus asks it. */
export const blackbox: Client = {
  name: "blackbox exporter",
  program: findOnPath(["prometheus-blackbox-exporter", "blackbox_exporter"]),
  start: async (program, { port }) => {
    const listen = `127.0.0.1:${await freePort()}`;
    const tool = spawnTool(program, [`--config.file=${CONFIG}`, `--web.listen-address=${listen}`]);
    const target = encodeURIComponent(`http://127.0.0.1:${port}/health/ready`);
    const probe = async () =>
      (await fetch(`http://${listen}/probe?module=caretaker_ready&target=${target}`, { headers: SCRAPE })).text();
    await tool.untilUp(probe);
    return { verdict: async () => (/^probe_success 1$/m.test(await probe()) ? "up" : "down"), stop: tool.stop };
  },
};

const SCRAPE = { "X-Prometheus-Scrape-Timeout-Seconds": "2" };
