import { fileURLToPath } from "node:url";
import { type SpawnedApp, spawnApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";

const ENTRY = fileURLToPath(new URL("./fixtures/prober.mjs", import.meta.url));

/** Of each path: the 99th percentile of fewer is their maximum. */
const ENOUGH = 101;

/** One answer to a probe, or the error instead of one. */
export interface Sample {
  readonly atMs: number;
  readonly path: "/health" | "/health/ready";
  readonly status: number | string;
  /** How long the answer took by the clock. */
  readonly tookMs: number;
  /** How much of that the kernel let the prober and the API wait for a core. */
  readonly proberWaitedMs: number;
  readonly apiWaitedMs: number;
}

/** Asks an API all the time, from a process of its own. */
export interface Prober {
  /** All samples since a moment, once those up to another are reported and there are enough for a percentile. */
  since(fromMs: number, untilMs: number): Promise<readonly Sample[]>;
  /** The API was started anew: its process is another one. */
  follow(api: SpawnedApp): void;
  stop(): Promise<void>;
}

/** Starts asking. */
export function startProber(url: string, api: SpawnedApp): Prober {
  const app = spawnApp({ entry: ENTRY, args: [url, String(api.child.pid)] });
  const samples = () => app.messages.flatMap((message) => (message as { samples: Sample[] }).samples);
  return {
    since: async (fromMs, untilMs) => {
      const seen = () => samples().filter(({ atMs }) => atMs >= fromMs);
      const isEnough = () => seen().length >= 2 * ENOUGH && (samples().at(-1)?.atMs ?? 0) >= untilMs;
      await waitFor(isEnough, { timeoutMs: 120_000, what: "the prober's report" });
      return seen();
    },
    follow: ({ child }) => void app.child.send({ pid: child.pid }),
    stop: async () => {
      app.child.kill("SIGKILL");
      await app.exit;
    },
  };
}
