import { createConnection } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { AbstractConnector, Redis, type RedisOptions } from "ioredis";

/** A node of a Cluster. */
export interface ClusterNode {
  readonly host: string;
  readonly port: number;
}

type Stream = Awaited<ReturnType<AbstractConnector["connect"]>>;
type Emit = Parameters<AbstractConnector["connect"]>[0];
type Secured = Pick<RedisOptions, "username" | "password" | "tls" | "family" | "protocol">;

const ASK_MS = 1_000;
const NEXT_AFTER_MS = 200;
const RETRY_MS = 500;

/**
 * Connects to the node of a Cluster that is the master of one key prefix. Its braces put every key of ours into one slot,
 * so a Cluster is to us one server whose place has to be asked for: every bound, watchdog and subscription then holds as
 * with a single one, and each new connection finds the master anew.
 */
export function clusterConnector(
  seeds: readonly ClusterNode[],
  prefix: string,
): NonNullable<RedisOptions["Connector"]> {
  let known: readonly ClusterNode[] = [];
  return class ClusterConnector extends AbstractConnector {
    readonly #options: RedisOptions;

    constructor(options: unknown) {
      super((options as RedisOptions).disconnectTimeout ?? 0);
      this.#options = options as RedisOptions;
    }

    /** A replica holds nothing that it may change: whoever told that it is the master was not up to date. */
    override check({ role }: { role?: string }): boolean {
      return role !== "slave";
    }

    async connect(emit: Emit): Promise<Stream> {
      this.connecting = true;
      for (;;) {
        const found = await findMaster([...seeds, ...known], prefix, this.#options).catch((error: Error) => {
          emit("error", error);
          return null;
        });
        if (!this.connecting) throw new Error("Connection is closed.");
        if (found === null) {
          await delay(RETRY_MS * (0.75 + Math.random() * 0.5));
          continue;
        }
        known = found.nodes;
        this.stream = open(found.master, this.#options);
        this.stream.once("error", (error: Error) => {
          this.firstError = error;
        });
        return this.stream;
      }
    }
  };
}

function open(node: ClusterNode, { tls }: RedisOptions): Stream {
  return tls === undefined || tls === null ? createConnection({ ...node }) : connectTls({ ...tls, ...node });
}

interface Found {
  readonly master: ClusterNode;
  readonly nodes: readonly ClusterNode[];
}

/** Asks the nodes in an order of chance, the next while one is silent: one that hangs costs a moment, not its timeout. */
async function findMaster(nodes: readonly ClusterNode[], prefix: string, options: RedisOptions): Promise<Found> {
  const distinct = [...new Map(nodes.map((node) => [`${node.host}:${node.port}`, node])).values()];
  const shuffled = distinct
    .map((node) => ({ node, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ node }) => node);
  const isOver = new AbortController();
  const asked = shuffled.map(async (node, index) => {
    await delay(index * NEXT_AFTER_MS, undefined, { signal: isOver.signal });
    return askNode(node, prefix, options);
  });
  try {
    return await Promise.any(asked);
  } catch (error) {
    throw (error as AggregateError).errors.at(-1) ?? new Error("no node of a Cluster was named");
  } finally {
    isOver.abort();
  }
}

async function askNode(node: ClusterNode, prefix: string, options: RedisOptions): Promise<Found> {
  const client = new Redis({
    ...securedAs(options),
    ...node,
    connectionName: "caretaker-discovery",
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    connectTimeout: ASK_MS,
    commandTimeout: ASK_MS,
    disconnectTimeout: 200,
    disableClientInfo: true,
  });
  let reason: Error | undefined;
  client.on("error", (error: Error) => {
    reason = error;
  });
  try {
    await client.connect();
    const [slot, ranges] = await Promise.all([client.cluster("KEYSLOT", `{${prefix}}`), client.cluster("SLOTS")]);
    return toFound(Number(slot), ranges as unknown as readonly SlotRange[], node);
  } catch (error) {
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}

function securedAs({ username, password, tls, family, protocol }: RedisOptions): Secured {
  const given = { username, password, tls, family, protocol };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
}

type SlotNode = readonly [host: string | null, port: number, ...unknown[]];
type SlotRange = readonly [first: number, last: number, master: SlotNode, ...replicas: SlotNode[]];

function toFound(slot: number, ranges: readonly SlotRange[], asked: ClusterNode): Found {
  // A node that does not know its own address leaves it out.
  const toNode = ([host, port]: SlotNode): ClusterNode => ({ host: host || asked.host, port });
  const range = ranges.find(([first, last]) => first <= slot && slot <= last);
  if (range === undefined) throw new Error(`CLUSTERDOWN no node of the Redis Cluster serves slot ${slot}`);
  const nodes = ranges.flatMap(([, , ...all]) => all.map(toNode));
  return { master: toNode(range[2]), nodes };
}
