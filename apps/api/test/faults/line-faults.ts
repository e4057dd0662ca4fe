import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "./fault.ts";
import type { System } from "./system.ts";

const good = ({ line }: System) => line.set({ kind: "pass" });

/** What can become of the line between the apps and Redis. */
export const lineFaults = {
  reset: {
    name: "connections reset",
    place: "line",
    lastsMs: 0,
    begin: (system) => {
      system.line.set({ kind: "refuse" });
      good(system);
    },
  },
  refuse: {
    name: "connections refused, 5 s",
    place: "line",
    lastsMs: 5_000,
    begin: ({ line }) => line.set({ kind: "refuse" }),
    end: good,
    shows: "store",
  },
  blackhole: {
    name: "blackhole, 30 s",
    place: "line",
    lastsMs: 30_000,
    begin: ({ line }) => line.set({ kind: "blackhole" }),
    end: good,
    shows: "store",
  },
  latency: {
    name: "500 ms latency each way, 10 s",
    place: "line",
    lastsMs: 10_000,
    begin: ({ line }) => line.set({ kind: "latency", ms: 500 }),
    end: good,
  },
  halfOpen: {
    name: "half-open after a pause of 3 s",
    place: "line",
    lastsMs: 0,
    // As an address table forgets: nothing goes through, then new connections do, and the old ones stay dead.
    begin: async ({ line }) => {
      line.set({ kind: "blackhole" });
      await delay(3_000);
      line.set({ kind: "half-open" });
    },
  },
  trickle: {
    name: "trickle of 50 bytes a second, 10 s",
    place: "line",
    lastsMs: 10_000,
    begin: ({ line }) => line.set({ kind: "trickle" }),
    end: good,
    shows: "store",
  },
} satisfies Record<string, Fault>;
