import { Redis, type RedisOptions } from "ioredis";
import { askRegularly } from "./ask-regularly.js";
import { boundHandshake } from "./bound-handshake.js";
import { type ClusterNode, clusterConnector } from "./cluster-connector.js";

/**
 * How to reach Redis: a URL, ioredis options (Sentinel by `sentinels` and `name`), a Cluster, or a client whose settings
 * are copied (it is never used or closed).
 */
export type RedisTarget = string | ClientOptions | ClusterTarget | Redis;

/** A Redis Cluster. */
export interface ClusterTarget {
  /** Some of its nodes; the others are asked for. */
  readonly cluster: readonly ClusterNode[];
  /** The key prefix, which decides which node holds the keys. */
  readonly prefix: string;
  /** User, password and TLS of every node. */
  readonly options?: ClientOptions;
}

// Replies keep their RESP2 shapes under RESP3 (`replyMapping: "legacy"`, the default), which the readers here rely on.
type ClientOptions = Omit<RedisOptions, "replyMapping">;

/** What a connection is for; each needs other bounds. */
export type ConnectionRole = "reader" | "store" | "queue" | "blocking" | "producer";

/** Called with every connection error, which ioredis otherwise prints or throws. */
export type OnConnectionError = (error: Error) => void;

// Exponential, capped at a second so that recovery takes about that, with jitter so that a fleet does not come back at once.
const retryStrategy = (attempt: number) => Math.min(50 * 2 ** (attempt - 1), 1_000) * (0.75 + Math.random() * 0.5);

const COMMON: ClientOptions = {
  retryStrategy,
  // A client that is handed over may be lazy, and would then stay silent, or put a prefix of its own before our keys.
  lazyConnect: false,
  keyPrefix: "",
  keepAlive: 5_000,
  // We subscribe ourselves on every `ready`: a refused automatic resubscribe is an unhandled rejection and then silence.
  autoResubscribe: false,
  disconnectTimeout: 200,
  sentinelRetryStrategy: retryStrategy,
  // A sentinel that accepts and says nothing must not keep us from asking the next one.
  sentinelCommandTimeout: 1_000,
};

// Every command is bounded and nothing queues while Redis is away. `commandTimeout` covers the handshake too, so it is
// far above a round trip; `socketTimeout` is what notices a peer that accepts and says nothing.
const BOUNDED: ClientOptions = {
  ...COMMON,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  connectTimeout: 1_500,
  commandTimeout: 1_500,
  socketTimeout: 2_500,
};

const PROFILES: Readonly<Record<ConnectionRole, ClientOptions>> = {
  reader: BOUNDED,
  store: BOUNDED,
  producer: BOUNDED,
  // A BullMQ worker's own connections must wait out an outage, and a command timeout would cut its blocking read and
  // turn an executed completion into a failure; a half-open socket is noticed by its silence alone.
  queue: { ...COMMON, maxRetriesPerRequest: null, connectTimeout: 2_000, socketTimeout: 2_500 },
  blocking: { ...COMMON, maxRetriesPerRequest: null, connectTimeout: 2_000, socketTimeout: 15_000 },
};

/** A connection bounded for its role. The caller closes it. */
export function connect(target: RedisTarget, role: ConnectionRole, onError: OnConnectionError): Redis {
  const client = open(target, { ...PROFILES[role], connectionName: `caretaker-${role}` });
  client.on("error", onError);
  boundHandshake(client);
  if (ASKED.has(role)) askRegularly(client);
  return client;
}

// A worker uses these now and then; the others are used every second or wait for good reasons.
const ASKED: ReadonlySet<ConnectionRole> = new Set(["store", "queue"]);

/**
 * A connection for a BullMQ worker: BullMQ duplicates it for its blocking read, and the copy gets the bounds of that role
 * instead of these.
 */
export function connectForWorker(target: RedisTarget, onError: OnConnectionError): Redis {
  const client = connect(target, "queue", onError);
  let copy: Redis | null = null;
  client.duplicate = (overrides) => {
    copy = open(target, { ...PROFILES.blocking, connectionName: "caretaker-blocking", ...overrides });
    copy.on("error", onError);
    boundHandshake(copy);
    return copy;
  };
  // Asked every second, this one knows of a dead line long before a read that may well wait for 10 s.
  client.on("reconnecting", () => {
    if (copy?.status === "ready") copy.disconnect(true);
  });
  return client;
}

// What a server says that is not, or no longer, the one to ask: a new connection finds the one that is.
const MOVED_ON = /^(?:MOVED|READONLY|CLUSTERDOWN)\b/;

function open(target: RedisTarget, options: ClientOptions): Redis {
  if (typeof target === "string") return new Redis(target, options);
  const reconnectOnError = ({ message }: Error) => MOVED_ON.test(message);
  if ("cluster" in target && Array.isArray(target.cluster)) {
    const { cluster, prefix, options: given } = target as ClusterTarget;
    return new Redis({ ...given, ...options, Connector: clusterConnector(cluster, prefix), reconnectOnError });
  }
  // Each role says itself how long a command may take; a limit of the caller's would cut a worker's blocking read.
  const { commandTimeout: _theirs, ...given } = target instanceof Redis ? target.options : (target as ClientOptions);
  return new Redis({ ...given, ...options, ...(given.sentinels ? { reconnectOnError } : {}) });
}
