import type { BenchCase } from "./cases.js";
import { driveLoad } from "./drive-load.js";
import { type BenchServer, startServer } from "./start-server.js";

/** One case with its figure of every round: µs of the server's processor time for one request. */
export interface Measured {
  readonly bench: BenchCase;
  readonly microsPerRequest: readonly number[];
}

/** How long and how often to measure. */
export interface MeasureOptions {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly pinned: boolean;
}

const CONNECTIONS = 32;

/** Measures all cases in interleaved rounds, so that a busy moment of the machine harms all of them alike. */
export async function measure(cases: readonly BenchCase[], options: MeasureOptions): Promise<Measured[]> {
  const servers = new Map<string, BenchServer>();
  try {
    for (const bench of cases) await ensureServer(servers, bench, options.pinned);
    // Until the compiler has finished, what is measured is the compiler.
    for (const bench of cases) await measureOnce(serverOf(servers, bench), bench, options.warmUpMs);
    const results = cases.map((bench) => ({ bench, microsPerRequest: [] as number[] }));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const { bench, microsPerRequest } of results) {
        microsPerRequest.push(await measureOnce(serverOf(servers, bench), bench, options.durationMs));
      }
    }
    return results;
  } finally {
    for (const server of servers.values()) server.stop();
  }
}

async function ensureServer(servers: Map<string, BenchServer>, bench: BenchCase, pinned: boolean): Promise<void> {
  const { kind, checks, detail } = bench;
  if (!servers.has(keyOf(bench))) servers.set(keyOf(bench), await startServer({ kind, checks, detail }, pinned));
}

function serverOf(servers: ReadonlyMap<string, BenchServer>, bench: BenchCase): BenchServer {
  const server = servers.get(keyOf(bench));
  if (server === undefined) throw new Error(`no server runs for ${keyOf(bench)}`);
  return server;
}

function keyOf({ kind, checks, detail }: BenchCase): string {
  return `${kind}, ${checks} checks, detail ${detail}`;
}

async function measureOnce(server: BenchServer, { path }: BenchCase, durationMs: number): Promise<number> {
  const before = await server.cpuMicros();
  const answers = await driveLoad({ port: server.port, path, connections: CONNECTIONS, durationMs });
  return ((await server.cpuMicros()) - before) / answers;
}
