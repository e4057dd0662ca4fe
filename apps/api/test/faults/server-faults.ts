import type { Fault } from "./fault.ts";

/** What can become of the Redis process and what it holds; first what takes the data, while nobody has asked for anything. */
export const serverFaults = {
  flush: {
    name: "FLUSHALL",
    place: "server",
    lastsMs: 0,
    begin: ({ admin }) => admin(["FLUSHALL"]),
    takesData: true,
  },
  restartEmpty: {
    name: "Redis killed, back after 5 s without its data",
    place: "server",
    lastsMs: 5_000,
    begin: ({ redis }) => redis.kill9(),
    end: ({ redis }) => redis.restart({ keepData: false }),
    takesData: true,
    shows: "store",
  },
  restart: {
    name: "Redis killed, back after 5 s with its data",
    place: "server",
    lastsMs: 5_000,
    begin: ({ redis }) => redis.kill9(),
    end: ({ redis }) => redis.restart(),
    shows: "store",
  },
  clientKill: {
    name: "CLIENT KILL of every connection",
    place: "server",
    lastsMs: 0,
    begin: ({ admin }) => admin(["CLIENT", "KILL", "TYPE", "normal"], ["CLIENT", "KILL", "TYPE", "pubsub"]),
  },
  pause: {
    name: "Redis stopped (SIGSTOP), 30 s",
    place: "server",
    lastsMs: 30_000,
    begin: ({ redis }) => redis.pause(),
    end: ({ redis }) => redis.resume(),
    shows: "store",
  },
} satisfies Record<string, Fault>;
