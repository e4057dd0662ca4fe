import { askRedis } from "../../../../scripts/redis/ask-redis.mjs";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import type { RedisServer } from "../../../../scripts/testing/redis-server.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type Member, reachedBy, startMember, type TlsFiles } from "./tls.ts";
import { replicasOf, type Topology } from "./topology.ts";

const SLOTS = 16_384;
const MASTERS = 3;
const PASSWORD = "nodes-password";

interface Node extends Member {
  readonly busPort: number;
}

/**
 * Three masters that share the slots, and a replica of the one that holds the keys of `prefix`. They speak TLS if there
 * are files for it.
 */
export async function startCluster(prefix: string, tls: TlsFiles | null): Promise<Topology> {
  const nodes = await Promise.all(Array.from({ length: MASTERS + 1 }, () => startNode(tls)));
  const masters = nodes.slice(0, MASTERS);
  const replica = nodes[MASTERS] as Node;
  await Promise.all(masters.map((node, index) => ask(node, "CLUSTER", "ADDSLOTSRANGE", ...rangeOf(index))));
  const [first, ...others] = nodes as [Node, ...Node[]];
  for (const { port, busPort } of others)
    await ask(first, "CLUSTER", "MEET", "127.0.0.1", String(port), String(busPort));
  await Promise.all(nodes.map((node) => waitFor(() => isWhole(node), { what: "the nodes to know each other" })));
  const slot = Number(await ask(first, "CLUSTER", "KEYSLOT", `{${prefix}}`));
  const owner = masters[Math.floor((slot * MASTERS) / SLOTS)] as Node;
  await ask(replica, "CLUSTER", "REPLICATE", String(await ask(owner, "CLUSTER", "MYID")));
  await waitFor(async () => /master_link_status:up/.test(String(await ask(replica, "INFO", "replication"))), {
    what: "the replica to follow",
  });
  // Every master votes, so every one has to know of the replica.
  await Promise.all(masters.map((node) => waitFor(async () => (await linesOf(node, /\bslave\b/)).length === 1)));
  const pair = [owner, replica];
  const [seed, further] = masters.filter((node) => node !== owner) as [Node, Node];
  const master = () => waitFor(() => masterOf(pair, seed), { what: "the Cluster to name a master" });
  const { scheme, host, env } = reachedBy(tls);
  return {
    name: "Cluster",
    env: {
      REDIS_MODE: "cluster",
      REDIS_URL: `${scheme}://:${PASSWORD}@${host}:${seed.port}`,
      REDIS_NODES: `${host}:${further.port},${host}:${owner.port}`,
      ...env,
    },
    master,
    untilWhole: async () => {
      await waitFor(async () => (await replicasOf(await master())) === 1, { what: "a replica" });
      const voters = [seed, further].map((node) => async () => (await linesOf(node, /\bfail\b|fail\?/)).length === 0);
      for (const isContent of voters) await waitFor(isContent, { what: "the voters to see both" });
    },
    stop: async () => {
      await Promise.all(nodes.map(({ server }) => server.stop()));
    },
  };
}

async function startNode(tls: TlsFiles | null): Promise<Node> {
  // Its usual place, 10,000 above the port, may be out of reach.
  const busPort = await freePort();
  const args = ["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-node-timeout", "1500"];
  // Kept out of the failover's way: a replica that has nothing yet may otherwise count as too far behind.
  const replication = ["--masterauth", PASSWORD, "--repl-diskless-sync-delay", "0"];
  const bus = tls === null ? [] : ["--tls-cluster", "yes"];
  const member = await startMember(tls, { password: PASSWORD, args: [...args, ...bus, ...replication] });
  return { ...member, busPort };
}

async function ask({ server }: Node, ...command: string[]): Promise<unknown> {
  const [reply] = await askRedis(server.url, [command]);
  if (reply instanceof Error) throw reply;
  return reply;
}

function rangeOf(index: number): string[] {
  const first = Math.ceil((index * SLOTS) / MASTERS);
  return [String(first), String(Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1)];
}

async function isWhole(node: Node): Promise<boolean> {
  const info = String(await ask(node, "CLUSTER", "INFO"));
  return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${MASTERS + 1}`);
}

async function linesOf(node: Node, pattern: RegExp): Promise<string[]> {
  return String(await ask(node, "CLUSTER", "NODES"))
    .split("\n")
    .filter((line) => pattern.test(line));
}

async function masterOf(pair: readonly Node[], seed: Node): Promise<RedisServer | undefined> {
  const masters = await linesOf(seed, /^\S+ \S+ (?:myself,)?master /);
  return pair.find(({ server }) => masters.some((line) => line.includes(`:${server.port}@`)))?.server;
}
