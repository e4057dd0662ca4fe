import { besideReference, type PairedRounds } from "../shared/in-rounds.js";
import { quantile } from "../shared/quantile.js";
import { type BenchCase, RAW } from "./cases.js";
import { driveLoad, type LoadResult } from "./drive-load.js";
import { type BenchServer, startServer } from "./start-server.js";

/** What one round of load came to. */
export interface Sample {
  /** The server's processor time for one request. */
  readonly cpuMicros: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly checkRunsPer1000: number;
}

/** One case with its figures of every round, and those of the first case beside them. */
export interface Measured extends PairedRounds<Sample> {
  readonly bench: BenchCase;
}

/** How long and how often to measure. */
export interface MeasureOptions {
  readonly rounds: number;
  /** Load before the first round, until the compiler has finished. */
  readonly warmUpMs: number;
  /** Load before each sample, which leaves the processor's caches as a server that is kept busy has them. */
  readonly leadInMs: number;
  readonly durationMs: number;
  readonly pinned: boolean;
}

const CONNECTIONS = 32;

/** What was measured, and what could not be, with the reason. */
export interface Measurement {
  readonly measured: readonly Measured[];
  readonly skipped: readonly string[];
}

/** Measures all cases in interleaved rounds, and the first of them, which the ratios are to, beside each of the others. */
export async function measure(cases: readonly BenchCase[], options: MeasureOptions): Promise<Measurement> {
  const running: Running[] = [];
  const skipped: string[] = [];
  try {
    for (const bench of cases) {
      // A peer that does not work here is left out by name; the others are still worth measuring.
      try {
        const server = await startServer(bench.settings, options.pinned);
        running.push({ bench, server });
        await loadOnce(server, bench, options.warmUpMs);
      } catch (error) {
        skipped.push(`${bench.name}: ${String(error)}`);
        await dropLast(running, bench);
      }
    }
    const contenders = running.map(({ bench, server }) => ({
      name: bench.name,
      measure: () => measureOnce(server, bench, options),
    }));
    const [reference] = contenders;
    if (reference === undefined || running[0]?.bench !== cases[0]) throw new Error(skipped.join("\n"));
    const results = await besideReference(contenders, { rounds: options.rounds, reference });
    const measured = results.map((result, index) => ({ ...result, bench: running[index]?.bench ?? RAW }));
    return { measured, skipped };
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()));
  }
}

interface Running {
  readonly bench: BenchCase;
  readonly server: BenchServer;
}

async function dropLast(running: Running[], bench: BenchCase): Promise<void> {
  if (running.at(-1)?.bench === bench) await running.pop()?.server.stop();
}

async function measureOnce(server: BenchServer, bench: BenchCase, options: MeasureOptions): Promise<Sample> {
  await loadOnce(server, bench, options.leadInMs);
  const before = await server.usage();
  const load = await loadOnce(server, bench, options.durationMs);
  const after = await server.usage();
  const answers = load.tookMs.length;
  return {
    cpuMicros: (after.cpuMicros - before.cpuMicros) / answers,
    perSecond: (answers / load.durationMs) * 1_000,
    p99Ms: quantile(load.tookMs, 0.99),
    checkRunsPer1000: ((after.checkRuns - before.checkRuns) / answers) * 1_000,
  };
}

async function loadOnce(server: BenchServer, { probe }: BenchCase, durationMs: number): Promise<LoadResult> {
  const path = server[probe];
  if (path === undefined) throw new Error(`the server has no ${probe}`);
  return driveLoad({ port: server.port, path, connections: CONNECTIONS, durationMs });
}
