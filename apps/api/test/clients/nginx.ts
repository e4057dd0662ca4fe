import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client } from "./client.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool } from "./spawn-tool.ts";

/** nginx, which learns from the requests it passes on: asked for the health of what is behind it. */
export const nginx: Client = {
  name: "nginx, passive, http_503",
  program: findOnPath(["nginx"]) ?? findOnPath(["nginx"], { PATH: "/usr/sbin" }),
  start: async (program, { port, directory }) => {
    const listen = await freePort();
    const tool = spawnTool(program, ["-p", directory, "-c", writeConfig(directory, port, listen)]);
    const ask = () => fetch(`http://127.0.0.1:${listen}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    await tool.untilUp(ask);
    return { verdict: async () => ((await ask()).status === 200 ? "up" : "down"), stop: tool.stop };
  },
};

function writeConfig(directory: string, port: number, listen: number): string {
  const work = join(directory, "nginx");
  mkdirSync(work, { recursive: true });
  const included = writeShipped("nginx/caretaker.conf", work, {
    "server 127.0.0.1:3000 max_fails=1 fail_timeout=5s;": `server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`,
    "  server 127.0.0.1:3001 max_fails=1 fail_timeout=5s;\n": "",
    "127.0.0.1:8080": `127.0.0.1:${listen}`,
  });
  const config = join(work, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(work, kind)};`,
  );
  writeFileSync(
    config,
    [
      "daemon off;",
      "master_process off;",
      `pid ${join(work, "nginx.pid")};`,
      `error_log ${join(work, "error.log")};`,
      "events { worker_connections 256; }",
      `http {\naccess_log off;\n${temporary.join("\n")}\ninclude ${included};\n}\n`,
    ].join("\n"),
  );
  return config;
}
