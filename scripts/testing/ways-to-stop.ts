import type { SpawnedApp } from "./spawn-app.ts";

/** One way of asking an app to stop. */
export interface WayToStop {
  readonly name: string;
  /** What the log calls it. */
  readonly reason: string;
  readonly code: 0 | 1;
  ask(app: SpawnedApp): unknown;
}

/** What lets an app be told to go wrong: its `NODE_OPTIONS`. */
export const GOES_WRONG_WHEN_TOLD = `--import=${new URL("./fixtures/go-wrong.mjs", import.meta.url).href}`;

/** Every way but the second signal, which is no way of its own. */
export const WAYS_TO_STOP: readonly WayToStop[] = [
  ...(["SIGTERM", "SIGINT", "SIGHUP"] as const).map((signal) => ({
    name: signal,
    reason: signal,
    code: 0 as const,
    ask: ({ child }: SpawnedApp) => child.kill(signal),
  })),
  { name: "quit on the console", reason: "quit", code: 0, ask: ({ child }) => child.stdin?.write("quit\n") },
  { name: "its parent being gone", reason: "parent gone", code: 0, ask: ({ child }) => child.disconnect() },
  {
    name: "an uncaught exception",
    reason: "uncaughtException",
    code: 1,
    ask: ({ child }) => child.send({ type: "throw" }),
  },
  {
    name: "an unhandled rejection",
    reason: "unhandledRejection",
    code: 1,
    ask: ({ child }) => child.send({ type: "reject" }),
  },
];

/** One named step of stopping, as an app's log tells it. */
export interface ToldStep {
  readonly step: string;
  readonly ms: number;
  readonly ok: boolean;
}

/** What the log of an app that has stopped tells of it. */
export function toldOfStop({ stdoutLines }: SpawnedApp): { reason: unknown; steps: readonly ToldStep[] } {
  const lines = stdoutLines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as ToldLine);
  return {
    reason: lines.find(({ msg }) => msg === "shutdown")?.reason,
    steps: lines.filter(({ msg }) => msg === "shutdown step").map(({ step, ms, ok }) => ({ step, ms, ok })),
  };
}

interface ToldLine extends ToldStep {
  readonly msg: string;
  readonly reason?: unknown;
}

/** How long stops took, for a table at the end of a test file. */
export interface StopTable {
  note(situation: string, way: string, ms: number): void;
  /** One line a situation, one column a way, in seconds. */
  format(): string;
}

/** An empty table. */
export function createStopTable(): StopTable {
  const times = new Map<string, Map<string, number>>();
  return {
    note: (situation, way, ms) => {
      const row = times.get(situation) ?? new Map<string, number>();
      times.set(situation, row.set(way, ms));
    },
    format: () => {
      const names = WAYS_TO_STOP.map(({ name }) => name);
      const cell = (ms: number | undefined) => (ms === undefined ? "-" : `${(ms / 1_000).toFixed(1)} s`);
      const width = Math.max(...[...times.keys()].map((situation) => situation.length));
      const rows = [...times].map(([situation, row]) => [
        situation.padEnd(width),
        ...names.map((name) => cell(row.get(name)).padStart(name.length)),
      ]);
      return ["", ...[["".padEnd(width), ...names], ...rows].map((row) => row.join("  ")), ""].join("\n");
    },
  };
}
