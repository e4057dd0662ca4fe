import { userInfo } from "node:os";
import { fileURLToPath } from "node:url";

// 7.x, as the tests run on; pinned like the one in docker-compose.yml.
const IMAGE = "redis:7.4.2-bookworm";

/**
 * The command that runs a found Redis in the foreground with a configuration file in its directory.
 *
 * @param {{ kind: "server", path: string } | { kind: "docker" } | { kind: "wasm", module: string }} found
 * @param {{ dir: string, config: string, port: number }} options `port` on this machine's loopback
 * @returns {string[]}
 */
export function redisCommand(found, { dir, config, port }) {
  if (found.kind === "server") return [found.path, config];
  if (found.kind === "wasm")
    return [process.execPath, "--no-warnings", here("serve-wasm.mjs"), found.module, String(port)];
  return dockerCommand(dir, config, port);
}

/**
 * The container ends with us: our end closes docker's standard input (-i), and the watchdog inside sees the end of file.
 * Not run where this was written, which has no Docker engine.
 *
 * @param {string} dir
 * @param {string} config
 * @param {number} port
 */
function dockerCommand(dir, config, port) {
  const { uid, gid } = userInfo();
  return [
    ...["docker", "run", "--rm", "--interactive", "--publish", `127.0.0.1:${port}:6379`],
    ...["--user", `${uid}:${gid}`, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...["--volume", `${dir}:/data`, "--volume", `${here("die-with-parent.sh")}:/die-with-parent.sh:ro`],
    ...["--entrypoint", "sh", IMAGE, "/die-with-parent.sh", "TERM"],
    ...["redis-server", `/data/${config.slice(dir.length + 1)}`],
  ];
}

/** @param {string} name */
function here(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}
