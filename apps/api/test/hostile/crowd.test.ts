import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { type HostileApi, requestTo, startHostileApi, tokenLines } from "./hostile-api.ts";
import { exchange } from "./raw-client.ts";

let api: HostileApi;

beforeAll(async () => {
  api = await startHostileApi();
});

afterAll(() => api.stop());

describe("probes stay fast", () => {
  it("while 10,000 connections come, half of them in the middle of a head, and all of them are closed in time", async (context) => {
    const limit =
      Number(execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim()) || Number.POSITIVE_INFINITY;
    context.skip(limit < 12_000, `no process may open 12,000 files here (ulimit -Hn is ${limit})`);
    const quiet = await measureWhile(() => delay(1_500));
    const before = openConnections();
    const slowBodies = Array.from({ length: 20 }, sendSlowBody);
    let open = quiet;
    let peak = 0;
    const throughout = await measureWhile(async () => {
      const crowds = ["127.0.0.5", "127.0.0.6"].map((from) => startTool("crowd.mjs", [String(api.port), "5000", from]));
      for (const crowd of crowds)
        await crowd.waitForLog((line) => line.includes('"opened":5000'), { timeoutMs: 60_000 });
      peak = crowds.reduce((sum, { stdoutLines }) => sum + (JSON.parse(stdoutLines[0] ?? "{}") as Crowd).mostOpen, 0);
      open = await measureWhile(() => delay(2_000));
      // A head may take ten seconds, a body fifteen, and that is looked at every two.
      const areGone = () => openConnections() < before + slowBodies.length + 10;
      await waitFor(areGone, { timeoutMs: 25_000, what: "the server to close them" });
      for (const crowd of crowds) {
        crowd.child.stdin?.write("over\n");
        await crowd.exit;
        expect(crowd.stdoutLines.at(-1)).toBe('{"stillOpen":0}');
      }
    });
    expect(new Set(await Promise.all(slowBodies))).toEqual(new Set(["408, closed"]));
    console.log(`probes, with up to ${peak} connections:`, JSON.stringify({ quiet, open, throughout }));
    // On a busy machine the first are closed before the last are there.
    expect(peak).toBeGreaterThan(5_000);
    expect([quiet.failed, open.failed, throughout.failed]).toEqual([0, 0, 0]);
    // Far below the second after which a kubelet gives up.
    expect(throughout.p99Ms).toBeLessThan(100);
    expect(throughout.maxMs).toBeLessThan(1_000);
  }, 120_000);
});

/** A body whose bytes come one in two seconds; gives how it ended. */
async function sendSlowBody(): Promise<string> {
  const route = { method: "POST", path: "/retention/small/runs" };
  const lines = [...tokenLines({ needs: "doing" }), "Content-Type: application/json", "Content-Length: 1000"];
  const { statuses, closed } = await exchange(api.port, requestTo(route, lines), {
    answers: 2,
    timeoutMs: 40_000,
    everyMs: 2_000,
  });
  return `${statuses}, ${closed ? "closed" : "open"}`;
}

function startTool(name: string, args: readonly string[]): SpawnedApp {
  return spawnApp({ entry: fileURLToPath(new URL(`./${name}`, import.meta.url)), args });
}

/** What a crowd tells when all of it have come. */
interface Crowd {
  /** At one moment. */
  readonly mostOpen: number;
}

interface Measured {
  readonly failed: number;
  /** Without the waiting for a core. */
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What a prober in a process of its own saw meanwhile. */
async function measureWhile(work: () => Promise<unknown>): Promise<Measured> {
  const prober = startTool("prober.mjs", [api.url, String(api.app.child.pid)]);
  await work();
  prober.child.stdin?.write("over\n");
  await prober.exit;
  return JSON.parse(prober.stdoutLines.at(-1) ?? "null") as Measured;
}

/** How many connections the API has, as the kernel tells. */
function openConnections(): number {
  return readdirSync(`/proc/${api.app.child.pid}/fd`).length;
}
