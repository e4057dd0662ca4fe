import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { defineCheck, MAX_CHECKS, next, toSpec } from "@caretaker/health";
import {
  connect,
  createKeys,
  createRedisCheckStore,
  createWorkerRegistry,
  startSnapshotReader,
} from "@caretaker/redis-store";
import { markdownTable } from "../shared/markdown-table.js";
import type { Part } from "../shared/part.js";
import { perSecond, type RedisFigures, redisFigures } from "../shared/redis-figures.js";
import { withRedis } from "../shared/redis-server.js";

const EVERY_SECONDS = 30;

const quiet = { info: () => undefined, warn: () => undefined };

/** What API instances cost Redis while every check publishes each 30 s, and what that comes to for a large fleet. */
export const fleet: Part = async ({ quick }) => {
  const sizes = quick
    ? [
        [1, 10],
        [20, 10],
      ]
    : [
        [1, 10],
        [1, 200],
        [50, 10],
        [50, 200],
        [200, 200],
      ];
  const measured: Load[] = [];
  for (const [instances = 0, checks = 0] of sizes)
    measured.push(await withRedis((url) => load(url, { instances, checks, quick })));
  const { bytesOfRecord, fixed } = model(measured);
  const modelled = [
    [100, 200],
    [1_000, 200],
    [10_000, 200],
    [10_000, 1_000],
  ] as const;
  const rows = [
    ...measured.map(({ instances, checks, figures }) => row(instances, checks, "measured", figures)),
    ...modelled.map(([instances, checks]) =>
      row(instances, checks, "modelled", predict(instances, checks, { bytesOfRecord, fixed })),
    ),
  ];
  const head = ["API instances", "checks", "", "commands/s", "KiB/s to Redis", "KiB/s from Redis", "Redis CPU %"];
  return { tables: [["Fleet, load at Redis", markdownTable(head, rows)]], figures: { measured, bytesOfRecord, fixed } };
};

interface Load {
  readonly instances: number;
  readonly checks: number;
  readonly figures: RedisFigures;
}

async function load(
  redisUrl: string,
  { instances, checks, quick }: { instances: number; checks: number; quick: boolean },
): Promise<Load> {
  const keys = createKeys("bench");
  const client = connect(redisUrl, "store", () => undefined);
  if (client.status !== "ready") await once(client, "ready");
  const definitions = Array.from({ length: Math.min(checks, MAX_CHECKS) }, (_, index) =>
    defineCheck({ name: `check-${index}`, run: () => undefined }),
  );
  const info = { id: "bench", host: "bench", pid: process.pid, version: "bench", startedAtMs: 1, lastRunAtMs: null };
  await createWorkerRegistry(client, keys, { specs: definitions.map(toSpec) }).beat(info, true);
  const store = createRedisCheckStore(client, keys);
  const publish = async (check: (typeof definitions)[number]) => {
    const key = { check: check.name, host: null };
    const begun = await store.begin(key, check.timeoutMs);
    if (begun.kind !== "begun") return;
    const outcome = { status: "pass", code: "ok", durationMs: 12, measures: {} } as const;
    const { fence, previous } = begun.run;
    const progress = next(previous, outcome, check);
    await store.publish({ key, fence, runId: `${check.name}.${fence}`, progress, outcome, previous, hungForMs: null });
  };
  for (const check of definitions) await publish(check);
  const readers = Array.from({ length: instances }, () =>
    startSnapshotReader({ redis: redisUrl, prefix: "bench", log: quiet }),
  );
  let turn = 0;
  const everyMs = (EVERY_SECONDS * 1_000) / checks;
  const timer = setInterval(() => {
    const check = definitions[turn % definitions.length];
    turn += 1;
    if (check !== undefined) void publish(check);
  }, everyMs);
  try {
    await wait(quick ? 2_000 : 4_000);
    const [before, startMs] = [await redisFigures(client), performance.now()];
    // A whole number of the readers' five seconds between two full reads.
    await wait(quick ? 5_000 : 10_000);
    const figures = perSecond(before, await redisFigures(client), (performance.now() - startMs) / 1_000);
    return { instances, checks, figures };
  } finally {
    clearInterval(timer);
    for (const reader of readers) reader.stop();
    client.disconnect();
  }
}

/** What one instance costs whatever the checks, and one record: from the largest measured and its smaller neighbour. */
function model(measured: readonly Load[]) {
  const largest = measured.at(-1);
  const small = measured.find(({ instances, checks }) => instances > 1 && checks === 10);
  if (largest === undefined || small === undefined) throw new Error("nothing was measured");
  const perInstance = ({ instances, figures }: Load) => figures.outBytes / instances;
  // Every instance hears each record once in 30 s and reads it once in 5 s.
  const timesASecond = 1 / EVERY_SECONDS + 1 / FULL_READ_SECONDS;
  const more = largest.checks - small.checks;
  const bytesOfRecord = more === 0 ? 600 : (perInstance(largest) - perInstance(small)) / more / timesASecond;
  return {
    bytesOfRecord,
    fixed: {
      outBytes: perInstance(small) - small.checks * bytesOfRecord * timesASecond,
      inBytes: largest.figures.inBytes / largest.instances,
      commands: largest.figures.commands / largest.instances,
      cpuMs: largest.figures.cpuMs / largest.figures.outBytes,
    },
  };
}

const FULL_READ_SECONDS = 5;

function predict(instances: number, checks: number, { bytesOfRecord, fixed }: ReturnType<typeof model>): RedisFigures {
  const timesASecond = 1 / EVERY_SECONDS + 1 / FULL_READ_SECONDS;
  const outBytes = instances * (fixed.outBytes + checks * bytesOfRecord * timesASecond);
  const publications = (checks / EVERY_SECONDS) * COMMANDS_OF_A_PUBLICATION;
  return {
    outBytes,
    inBytes: instances * fixed.inBytes,
    commands: instances * fixed.commands + publications,
    cpuMs: outBytes * fixed.cpuMs,
  };
}

/** A begin and a publish, those inside the scripts counted in. */
const COMMANDS_OF_A_PUBLICATION = 16;

function row(
  instances: number,
  checks: number,
  how: string,
  { commands, inBytes, outBytes, cpuMs }: RedisFigures,
): string[] {
  const kib = (bytes: number) => (bytes / 1024).toFixed(1);
  return [
    instances.toLocaleString("en"),
    String(checks),
    how,
    commands.toFixed(0),
    kib(inBytes),
    kib(outBytes),
    (cpuMs / 10).toFixed(1),
  ];
}
