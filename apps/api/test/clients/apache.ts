import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client } from "./client.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool } from "./spawn-tool.ts";

const MODULES = "/usr/lib/apache2/modules";
// Debian has mod_watchdog built in.
const LOADED = ["mpm_event", "authz_core", "slotmem_shm", "proxy", "proxy_http", "proxy_balancer"].concat([
  "lbmethod_byrequests",
  "proxy_hcheck",
  "status",
]);

/** Apache httpd, whose balancer member fails or passes by mod_proxy_hcheck. */
export const apache: Client = {
  name: "Apache, mod_proxy_hcheck",
  program: findOnPath(["apache2"]) ?? findOnPath(["apache2"], { PATH: "/usr/sbin" }),
  start: async (program, { port, directory }) => {
    const listen = await freePort();
    const tool = spawnTool(program, ["-D", "FOREGROUND", "-f", writeConfig(directory, port, listen)]);
    const url = `http://127.0.0.1:${listen}/balancer-manager`;
    const show = async () => (await fetch(url)).text();
    await tool.untilUp(show);
    // `HcFl` is a member that its health check has taken out.
    return { verdict: async () => (/Init (Ok|HcOk)/i.test(memberRow(await show())) ? "up" : "down"), stop: tool.stop };
  },
};

function writeConfig(directory: string, port: number, listen: number): string {
  const work = join(directory, "apache");
  mkdirSync(work, { recursive: true });
  const included = writeShipped("apache/caretaker.conf", work, {
    "127.0.0.1:3000": `127.0.0.1:${port}`,
    // The shortest that Apache takes is in ms.
    "hcinterval=2 ": "hcinterval=200ms ",
  });
  const config = join(work, "httpd.conf");
  writeFileSync(
    config,
    [
      `ServerRoot ${work}`,
      "ServerName localhost",
      `PidFile ${join(work, "httpd.pid")}`,
      `ErrorLog ${join(work, "error.log")}`,
      `DefaultRuntimeDir ${work}`,
      `Listen 127.0.0.1:${listen}`,
      ...LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
      "User daemon",
      "Group daemon",
      "ProxyPass /balancer-manager !",
      "<Location /balancer-manager>\n  SetHandler balancer-manager\n</Location>",
      `Include ${included}`,
      "",
    ].join("\n"),
  );
  return config;
}

function memberRow(page: string): string {
  return page.split("<tr>").find((row) => row.includes("http://127.0.0.1:") && row.includes("Init")) ?? "";
}
