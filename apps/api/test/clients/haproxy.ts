import { createConnection } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client, RunningClient } from "./client.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool, type Tool } from "./spawn-tool.ts";

const PROGRAM = findOnPath(["haproxy"]) ?? findOnPath(["haproxy"], { PATH: "/usr/sbin:/usr/local/sbin" });

/** HAProxy with both forms of its health check. */
export const haproxyClients: readonly Client[] = [
  { name: "HAProxy, http-check send", program: PROGRAM, start: asClient("api") },
  { name: "HAProxy, bare option httpchk (OPTIONS)", program: PROGRAM, start: asClient("api_short_form") },
];

/** A running HAProxy in front of API instances. */
export interface Haproxy {
  readonly tool: Tool;
  readonly url: string;
  /** What `show stat` says of a server, for example `UP`, `DOWN` or `UP 1/3`. */
  status(backend: string, server: string): Promise<string>;
}

/** The HAProxy program, if it is installed. */
export const haproxyProgram = PROGRAM;

/**
 * Starts HAProxy with the shipped configuration, asking every 200 ms; without its retries, so that a request that met an
 * instance going away is lost and not sent again.
 */
export async function startHaproxy(program: string, ports: readonly number[], directory: string): Promise<Haproxy> {
  const port = await freePort();
  const config = writeShipped("haproxy/haproxy.cfg", directory, {
    "retries 3": "retries 0",
    "  retry-on conn-failure empty-response\n": "",
  });
  const socket = join(directory, `haproxy-${port}.sock`);
  const [first = 0, second = first] = ports;
  const tool = spawnTool(program, ["-db", "-f", config], {
    API_1: `127.0.0.1:${first}`,
    API_2: `127.0.0.1:${second}`,
    BIND: `127.0.0.1:${port}`,
    CHECK_INTER: "200ms",
    STATS_SOCKET: socket,
  });
  const status = async (backend: string, server: string) => statusOf(await ask(socket, "show stat"), backend, server);
  await tool.untilUp(() => status("api", "api1"));
  return { tool, url: `http://127.0.0.1:${port}`, status };
}

function asClient(backend: string): Client["start"] {
  return async (program, { port, directory }): Promise<RunningClient> => {
    const haproxy = await startHaproxy(program, [port], directory);
    return {
      verdict: async () => ((await haproxy.status(backend, "api1")).startsWith("UP") ? "up" : "down"),
      stop: haproxy.tool.stop,
    };
  };
}

async function ask(socket: string, command: string): Promise<string> {
  const connection = createConnection(socket);
  connection.end(`${command}\n`);
  return text(connection);
}

function statusOf(csv: string, backend: string, server: string): string {
  const [header = "", ...rows] = csv.split("\n");
  const column = header.replace(/^# /, "").split(",").indexOf("status");
  const row = rows.find((line) => line.startsWith(`${backend},${server},`));
  return row?.split(",")[column] ?? "";
}
