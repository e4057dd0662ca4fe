import { hostname } from "node:os";
import { join } from "node:path";
import {
  duration,
  durationOrZero,
  flag,
  hostsAndPorts,
  integer,
  oneOf,
  path,
  percent,
  port,
  secret,
  text,
  webhookUrl,
} from "./readers.js";
import { redisUrl } from "./redis-url.js";
import type { SettingsTable } from "./setting.js";

const NAME = /[a-z0-9](?:[a-z0-9-]*[a-z0-9])?/;

const common = {
  redisUrl: {
    name: "REDIS_URL",
    default: "redis://127.0.0.1:6379",
    description: "Where Redis or Valkey is.",
    reader: redisUrl(),
  },
  redisMode: {
    name: "REDIS_MODE",
    default: "single",
    description:
      "Whether REDIS_URL is the server itself, one of its sentinels, or one node of a Cluster (docs/redis.md).",
    reader: oneOf(["single", "sentinel", "cluster"]),
  },
  redisNodes: {
    name: "REDIS_NODES",
    default: null,
    description: "Further sentinels or Cluster nodes to ask, so that the first may be away at start.",
    reader: hostsAndPorts(),
  },
  redisSentinelName: {
    name: "REDIS_SENTINEL_NAME",
    default: "mymaster",
    description: "What the sentinels call the master.",
    reader: text(/[A-Za-z0-9._-]{1,253}/, "letters, digits, dots, underscores and dashes"),
  },
  redisSentinelPassword: {
    name: "REDIS_SENTINEL_PASSWORD",
    default: null,
    description: "The sentinels' own password; that of REDIS_URL is the server's.",
    reader: secret(),
    secret: true,
  },
  redisTlsCa: {
    name: "REDIS_TLS_CA",
    default: null,
    description: "The authority that vouches for Redis, as a PEM file, with rediss://; unset, those that Node trusts.",
    reader: path(),
  },
  redisTlsCert: {
    name: "REDIS_TLS_CERT",
    default: null,
    description: "Our certificate, as a PEM file, where Redis asks for one.",
    reader: path(),
  },
  redisTlsKey: {
    name: "REDIS_TLS_KEY",
    default: null,
    description: "The key of that certificate, as a PEM file.",
    reader: path(),
  },
  keyPrefix: {
    name: "KEY_PREFIX",
    default: "caretaker",
    description: "Begins every Redis key: one prefix, one fleet.",
    reader: text(NAME, "lower-case letters, digits and inner dashes"),
  },
  logLevel: {
    name: "LOG_LEVEL",
    default: "info",
    description: "The least severe lines that are logged.",
    reader: oneOf(["error", "warn", "info", "debug"]),
  },
  logFormat: {
    name: "LOG_FORMAT",
    default: { shown: "pretty on a terminal, else json", from: () => (process.stdout.isTTY ? "pretty" : "json") },
    description: "How log lines look.",
    reader: oneOf(["json", "pretty"]),
  },
  shutdownTimeoutMs: {
    name: "SHUTDOWN_TIMEOUT",
    default: "30s",
    description: "How long stopping may take, the drain delay included.",
    reader: duration(),
  },
  hostId: {
    name: "HOST_ID",
    default: { shown: "the host's name", from: () => hostname() },
    description: "Tells machines apart, in host-scope results and in log lines.",
    reader: text(/[A-Za-z0-9._-]{1,64}/, "1 to 64 letters, digits, dots, underscores and dashes"),
  },
} as const satisfies SettingsTable;

/** What the API reads from the environment (operations.md §2); `…Ms` values are milliseconds. */
export const apiSettings = {
  port: {
    name: "PORT",
    default: "3000",
    description: "The port to listen on; 0 picks a free one.",
    reader: port(),
  },
  host: {
    name: "HOST",
    default: "127.0.0.1",
    description: "The address to listen on.",
    reader: text(/[A-Za-z0-9.:_-]{1,253}/, "an IP address or a host name"),
  },
  ...common,
  healthDetail: {
    name: "HEALTH_DETAIL",
    default: "status",
    description: "How much a health answer tells everybody.",
    reader: oneOf(["none", "status", "full"]),
  },
  statusToken: {
    name: "STATUS_TOKEN",
    default: null,
    description: "Bearer token for reading the status; without it reading is open on loopback only.",
    reader: secret(),
    secret: true,
  },
  adminToken: {
    name: "ADMIN_TOKEN",
    default: null,
    description: "Bearer token for everything that changes something; without it that is off.",
    reader: secret(),
    secret: true,
  },
  drainDelayMs: {
    name: "DRAIN_DELAY",
    default: "5s",
    description: "How long to keep serving after readiness turned 503, so that balancers notice.",
    reader: durationOrZero(),
  },
  balancer: {
    name: "BALANCER",
    default: "none",
    description: "The balancer in front, for the detection budget and the drain delay it needs.",
    reader: oneOf(["none", "haproxy", "alb", "envoy", "kubernetes"]),
  },
  queueBoard: {
    name: "QUEUE_BOARD",
    default: "false",
    description: "Shows the queues and their jobs at /queues, read-only, by bull-board.",
    reader: flag(),
  },
  maxUnavailable: {
    name: "MAX_UNAVAILABLE",
    default: null,
    description:
      "The share of the API instances that may leave at once; unset, each decides for itself (docs/guard.md).",
    reader: percent(),
  },
} as const satisfies SettingsTable;

/** What the worker reads from the environment (operations.md §2); `…Ms` values are milliseconds. */
export const workerSettings = {
  ...common,
  dataDir: {
    name: "DATA_DIR",
    default: ".data",
    description: "Where Caretaker keeps its own files.",
    reader: path(),
  },
  dbPath: {
    name: "DB_PATH",
    default: { shown: "<DATA_DIR>/caretaker.db", from: (textOf) => join(textOf("DATA_DIR"), "caretaker.db") },
    description: "The journal database.",
    reader: path(),
  },
  recordingsDir: {
    name: "RECORDINGS_DIR",
    default: { shown: "<DATA_DIR>/recordings", from: (textOf) => join(textOf("DATA_DIR"), "recordings") },
    description: "The recordings the built-in retention rule looks after.",
    reader: path(),
  },
  maxRecordings: {
    name: "MAX_RECORDINGS",
    default: "100",
    description: "How many recordings that rule keeps.",
    reader: integer(1, 1_000_000),
  },
  configPath: {
    name: "CARETAKER_CONFIG",
    default: null,
    description: "The file that declares checks and retention targets.",
    reader: path(),
  },
  openaiApiKey: {
    name: "OPENAI_API_KEY",
    default: null,
    description: "Watched for being configured.",
    reader: secret(),
    secret: true,
  },
  hfToken: {
    name: "HF_TOKEN",
    default: null,
    description: "Watched for being configured.",
    reader: secret(),
    secret: true,
  },
  llmProvider: {
    name: "LLM_PROVIDER",
    default: "none",
    description: "The language model service to watch.",
    reader: oneOf(["none", "ollama", "lmstudio", "openai"]),
  },
  notifyUrl: {
    name: "NOTIFY_URL",
    default: null,
    description: "Where changes of state are posted; unset, nowhere (docs/notifications.md).",
    reader: webhookUrl(),
    secret: true,
  },
  notifySecret: {
    name: "NOTIFY_SECRET",
    default: null,
    description: "Signs what is posted; needed with the format json.",
    reader: secret(16),
    secret: true,
  },
  notifyFormat: {
    name: "NOTIFY_FORMAT",
    default: "json",
    description: "How it is written: for programs, or for Slack and the chat tools that take its messages.",
    reader: oneOf(["json", "slack"]),
  },
  notifyChecks: {
    name: "NOTIFY_CHECKS",
    default: "all",
    description: "The checks that are told of.",
    reader: oneOf(["all", "critical"]),
  },
  notifyWindowMs: {
    name: "NOTIFY_WINDOW",
    default: "5m",
    description: "How long a check that has been told of twice is held back, and then summed up.",
    reader: duration(),
  },
} as const satisfies SettingsTable;

/** Every setting of Caretaker once, for `.env.example` and docs/settings.md. */
export const allSettings = { ...apiSettings, ...workerSettings } as const satisfies SettingsTable;
