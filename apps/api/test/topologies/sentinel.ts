import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askRedis } from "../../../../scripts/redis/ask-redis.mjs";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { type RedisServer, startRedisServer } from "../../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { spawnTool, type Tool } from "../clients/spawn-tool.ts";
import { replicasOf, type Topology } from "./topology.ts";

const NAME = "caretaker-master";
const QUORUM = 2;
const SENTINEL_PASSWORD = "sentinels-password";
const PASSWORD = "servers-password";

/** A master, two replicas, and three sentinels that notice within a second; all of them ask for a password. */
export async function startSentinels(directory: string): Promise<Topology> {
  const args = ["--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"];
  const master = await startRedisServer({ password: PASSWORD, args });
  const replicaArgs = [...args, "--replicaof", "127.0.0.1", String(master.port)];
  const replicas = await Promise.all([1, 2].map(() => startRedisServer({ password: PASSWORD, args: replicaArgs })));
  const servers = [master, ...replicas];
  const ports = [await freePort(), await freePort(), await freePort()];
  const sentinels = ports.map((port) => startSentinel({ directory, port, masterPort: master.port }));
  const urlOf = (port: number) => `redis://:${SENTINEL_PASSWORD}@127.0.0.1:${port}`;
  await Promise.all(sentinels.map((sentinel, index) => sentinel.untilUp(() => knowsAll(urlOf(ports[index] ?? 0)))));
  const [first = 0, ...others] = ports;
  const nowMaster = () => waitFor(() => masterOf(servers, urlOf(first)), { what: "the sentinels to name a master" });
  return {
    name: "Sentinel",
    env: {
      REDIS_MODE: "sentinel",
      REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:${first}`,
      REDIS_NODES: others.map((port) => `127.0.0.1:${port}`).join(","),
      REDIS_SENTINEL_NAME: NAME,
      REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD,
    },
    master: nowMaster,
    untilWhole: async () => {
      await waitFor(async () => (await replicasOf(await nowMaster())) === 2, {
        timeoutMs: 20_000,
        what: "two replicas",
      });
    },
    stop: async () => {
      await Promise.all(sentinels.map((sentinel) => sentinel.stop()));
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function startSentinel({ directory, port, masterPort }: { directory: string; port: number; masterPort: number }): Tool {
  const work = join(directory, `sentinel-${port}`);
  mkdirSync(work, { recursive: true });
  const config = join(work, "sentinel.conf");
  // It writes what it learns into this file.
  writeFileSync(
    config,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${work}`,
      `requirepass ${SENTINEL_PASSWORD}`,
      `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} ${QUORUM}`,
      `sentinel auth-pass ${NAME} ${PASSWORD}`,
      `sentinel down-after-milliseconds ${NAME} 1000`,
      `sentinel failover-timeout ${NAME} 3000`,
      "",
    ].join("\n"),
  );
  return spawnTool(process.env["CARETAKER_REDIS_SERVER"] ?? "", [config, "--sentinel"]);
}

/** Whether a sentinel knows both replicas and both other sentinels: only then can it fail over. */
async function knowsAll(url: string): Promise<boolean> {
  const [info] = await askRedis(url, [["INFO", "sentinel"]]);
  return /,status=ok,.*slaves=2,sentinels=3/.test(String(info));
}

async function masterOf(servers: readonly RedisServer[], sentinelUrl: string): Promise<RedisServer | undefined> {
  const [address] = await askRedis(sentinelUrl, [["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]]);
  return servers.find(({ port }) => port === Number((address as string[])[1]));
}
