import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askRedis } from "../../../../scripts/redis/ask-redis.mjs";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import type { RedisServer } from "../../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { spawnTool, type Tool } from "../clients/spawn-tool.ts";
import { type Member, reachedBy, startMember, type TlsFiles, tlsDirectives } from "./tls.ts";
import { replicasOf, type Topology } from "./topology.ts";

const NAME = "caretaker-master";
const QUORUM = 2;
const SENTINEL_PASSWORD = "sentinels-password";
const PASSWORD = "servers-password";

/**
 * A master, two replicas, and three sentinels that notice within a second; all of them ask for a password, and speak TLS
 * if there are files for it.
 */
export async function startSentinels(directory: string, tls: TlsFiles | null): Promise<Topology> {
  const args = ["--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"];
  const master = await startMember(tls, { password: PASSWORD, args });
  const replicaArgs = [...args, "--replicaof", "127.0.0.1", String(master.port)];
  const replicas = await Promise.all([1, 2].map(() => startMember(tls, { password: PASSWORD, args: replicaArgs })));
  const members = [master, ...replicas];
  const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel({ directory, tls, master })));
  await Promise.all(sentinels.map(({ tool, url }) => tool.untilUp(() => knowsAll(url))));
  const [first, ...others] = sentinels as [Sentinel, ...Sentinel[]];
  const nowMaster = () => waitFor(() => masterOf(members, first.url), { what: "the sentinels to name a master" });
  const { scheme, host, env } = reachedBy(tls);
  return {
    name: "Sentinel",
    env: {
      REDIS_MODE: "sentinel",
      REDIS_URL: `${scheme}://:${PASSWORD}@${host}:${first.port}`,
      REDIS_NODES: others.map(({ port }) => `${host}:${port}`).join(","),
      REDIS_SENTINEL_NAME: NAME,
      REDIS_SENTINEL_PASSWORD: SENTINEL_PASSWORD,
      ...env,
    },
    master: nowMaster,
    untilWhole: async () => {
      await waitFor(async () => (await replicasOf(await nowMaster())) === 2, {
        timeoutMs: 20_000,
        what: "two replicas",
      });
    },
    stop: async () => {
      await Promise.all(sentinels.map(({ tool }) => tool.stop()));
      await Promise.all(members.map(({ server }) => server.stop()));
    },
  };
}

interface Sentinel {
  readonly tool: Tool;
  /** By which the apps reach it. */
  readonly port: number;
  /** By which the test does. */
  readonly url: string;
}

async function startSentinel({ directory, tls, master }: SentinelOptions): Promise<Sentinel> {
  const plainPort = await freePort();
  const port = tls === null ? plainPort : await freePort();
  const work = join(directory, `sentinel-${plainPort}`);
  mkdirSync(work, { recursive: true });
  const config = join(work, "sentinel.conf");
  // It writes what it learns into this file.
  writeFileSync(
    config,
    [
      `port ${plainPort}`,
      "bind 127.0.0.1",
      `dir ${work}`,
      ...(tls === null ? [] : tlsDirectives(port, tls).map((directive) => directive.join(" "))),
      `requirepass ${SENTINEL_PASSWORD}`,
      `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${QUORUM}`,
      `sentinel auth-pass ${NAME} ${PASSWORD}`,
      `sentinel down-after-milliseconds ${NAME} 1000`,
      `sentinel failover-timeout ${NAME} 3000`,
      "",
    ].join("\n"),
  );
  const tool = spawnTool(process.env["CARETAKER_REDIS_SERVER"] ?? "", [config, "--sentinel"]);
  return { tool, port, url: `redis://:${SENTINEL_PASSWORD}@127.0.0.1:${plainPort}` };
}

interface SentinelOptions {
  readonly directory: string;
  readonly tls: TlsFiles | null;
  readonly master: Member;
}

/** Whether a sentinel knows both replicas and both other sentinels: only then can it fail over. */
async function knowsAll(url: string): Promise<boolean> {
  const [info] = await askRedis(url, [["INFO", "sentinel"]]);
  return /,status=ok,.*slaves=2,sentinels=3/.test(String(info));
}

async function masterOf(members: readonly Member[], sentinelUrl: string): Promise<RedisServer | undefined> {
  const [address] = await askRedis(sentinelUrl, [["SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME]]);
  return members.find(({ port }) => port === Number((address as string[])[1]))?.server;
}
