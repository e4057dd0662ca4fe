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
      // As many as it takes to be quick beside other load, all at once and some to spare: the first are closed ten seconds
      // after they came.
      const crowds = ["127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8"].map((from) =>
        startTool("crowd.mjs", [String(api.port), "2700", from]),
      );
      const haveSaid = (count: number) => () => crowds.every(({ stdoutLines }) => stdoutLines.length === count);
      await waitFor(haveSaid(1), { timeoutMs: 60_000, what: "the crowds to be there" });
      for (const { child } of crowds) child.stdin?.write("go\n");
      const haveCome = () => {
        // At one moment: the most that each crowd had open may have been at different ones.
        peak = Math.max(peak, openConnections() - before);
        return haveSaid(2)();
      };
      await waitFor(haveCome, { timeoutMs: 60_000, what: "all connections" });
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
    expect(peak).toBeGreaterThanOrEqual(10_000);
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

interface Measured {
  readonly failed: number;
  /** Without the waiting for a core that was not the API's doing. */
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
