import type { Fault } from "./fault.ts";
import { PASSWORD } from "./system.ts";

const KILL_ALL = [
  ["CLIENT", "KILL", "TYPE", "normal"],
  ["CLIENT", "KILL", "TYPE", "pubsub"],
];

/** What a Redis that answers can refuse. */
export const ruleFaults = {
  outOfMemory: {
    name: "maxmemory reached (OOM), 9 s",
    place: "rules",
    lastsMs: 9_000,
    begin: ({ admin }) => admin(["CONFIG", "SET", "maxmemory", "1"]),
    end: ({ admin }) => admin(["CONFIG", "SET", "maxmemory", "0"]),
    shows: "checks",
    says: /OOM command not allowed/,
  },
  readOnly: {
    name: "READONLY replica, 9 s",
    place: "rules",
    lastsMs: 9_000,
    // Of a master that is not there: nothing is copied over what it holds.
    begin: ({ admin }) => admin(["REPLICAOF", "127.0.0.1", "1"]),
    end: ({ admin }) => admin(["REPLICAOF", "NO", "ONE"]),
    shows: "checks",
    says: /READONLY You can't write against a read only replica/,
  },
  wrongPassword: {
    name: "wrong password, 5 s",
    place: "rules",
    lastsMs: 5_000,
    begin: ({ admin }) => admin(["CONFIG", "SET", "requirepass", "another"], ...KILL_ALL),
    end: ({ admin }) => admin(["CONFIG", "SET", "requirepass", PASSWORD]),
    shows: "store",
    says: /WRONGPASS/,
  },
  noPermission: {
    name: "NOPERM for reading and writing, 9 s",
    place: "rules",
    lastsMs: 9_000,
    begin: ({ admin }) =>
      admin(["ACL", "SETUSER", "default", "-@read", "-@write", "-@scripting", "-@pubsub"], ...KILL_ALL),
    end: ({ admin }) => admin(["ACL", "SETUSER", "default", "+@all"]),
    shows: "store",
    says: /NOPERM/,
  },
  tooOld: {
    name: "a Redis that says it is version 4, 9 s",
    place: "rules",
    lastsMs: 9_000,
    begin: async ({ line, admin }) => {
      line.set({ kind: "rewrite", from: /redis_version:\d/, to: () => "redis_version:4" });
      await admin(...KILL_ALL);
    },
    end: async ({ line, admin }) => {
      line.set({ kind: "pass" });
      await admin(...KILL_ALL);
    },
    says: /Redis 4\.\d+\.\d+ is too old.*6\.2/,
  },
} satisfies Record<string, Fault>;
