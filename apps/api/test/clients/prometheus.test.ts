import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { defineCheck } from "@caretaker/health";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../../../scripts/redis/free-port.mjs";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import { waitFor } from "../../../../scripts/testing/wait-for.ts";
import { scratchDirectory } from "../../../worker/test/worker-process.ts";
import { spawnApi, urlOf } from "../api-process.ts";
import { openFleetStore } from "../fleet-store.ts";
import { blackbox } from "./blackbox.ts";
import { writeShipped } from "./shipped.ts";
import { spawnTool } from "./spawn-tool.ts";

const SHIPPED = fileURLToPath(new URL("../../../../deploy/prometheus/", import.meta.url));
const prometheus = findOnPath(["prometheus"]);
const promtool = findOnPath(["promtool"]);
const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
const run = promisify(execFile);
const root = scratchDirectory();

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe("the shipped alert rules", () => {
  beforeEach((context) => context.skip(promtool === undefined, "promtool is not installed"));

  it.each([
    ["are valid", ["check", "rules"], "*-alerts.yml"],
    ["fire when they should and not before", ["test", "rules"], "*.test.yml"],
    ["go with a configuration that is valid", ["check", "config"], "prometheus.yml"],
  ])("%s", async (_what, words, pattern) => {
    const command = [promtool, ...words, pattern].join(" ");
    const { stdout } = await run("sh", ["-c", command], { cwd: SHIPPED });
    expect(stdout).toContain("SUCCESS");
    expect(stdout).not.toContain("FAILED");
  });
});

describe("Prometheus and the blackbox exporter", () => {
  beforeEach((context) => {
    context.skip(prometheus === undefined || blackbox.program === undefined, "one of the two is not installed");
  });

  it("raise an alert when an instance is not ready, another when it is gone, and none before", async () => {
    const check = defineCheck({ name: "database", critical: true, failureThreshold: 1, run: () => undefined });
    const fleet = await openFleetStore(redisUrl, [check]);
    stops.push(fleet.close);
    await fleet.publish(check, {});
    const api = spawnApi({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix });
    stops.push(async () => {
      api.child.kill("SIGKILL");
      await api.exit;
    });
    const target = `${await urlOf(api)}/health/ready`;
    const exporter = await startExporter();
    const alerts = await startPrometheus(target, exporter);

    await waitFor(() => alerts.succeeded(), { timeoutMs: 20_000, what: "a probe that succeeds" });
    await waitFor(() => alerts.scraped(), { timeoutMs: 20_000, what: "the metrics of the API" });
    expect(await alerts.firing()).toEqual([]);
    await fleet.publish(check, { status: "fail", code: "refused" });
    await alerts.untilFiring(["CaretakerAllDown", "CaretakerNotReady"]);
    api.child.kill("SIGKILL");
    await alerts.untilFiring(["CaretakerAllDown", "CaretakerUnreachable"]);
  }, 90_000);
});

async function startExporter(): Promise<string> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const config = fileURLToPath(new URL("../blackbox/blackbox.yml", new URL(`file://${SHIPPED}`)));
  const tool = spawnTool(blackbox.program ?? "", [`--config.file=${config}`, `--web.listen-address=${address}`]);
  stops.push(tool.stop);
  await tool.untilUp(() => fetch(`http://${address}/metrics`));
  return address;
}

/** Prometheus with the shipped files; only addresses and durations are others. */
async function startPrometheus(target: string, exporter: string) {
  writeShipped("prometheus/probe-alerts.yml", root, {
    "for: 2m": "for: 1s",
    "for: 1m": "for: 1s",
    "for: 30s": "for: 1s",
  });
  writeShipped("prometheus/metric-alerts.yml", root, {});
  const config = writeShipped("prometheus/prometheus.yml", root, {
    "15s": "1s",
    '"127.0.0.1:3000", "127.0.0.1:3001"': `"${new URL(target).host}"`,
    '"http://127.0.0.1:3000/health/ready", "http://127.0.0.1:3001/health/ready"': `"${target}"`,
    "127.0.0.1:9115": exporter,
  });
  const address = `127.0.0.1:${await freePort()}`;
  const storage = `--storage.tsdb.path=${join(root, "tsdb")}`;
  const tool = spawnTool(prometheus ?? "", [`--config.file=${config}`, storage, `--web.listen-address=${address}`]);
  stops.push(tool.stop);
  await tool.untilUp(async () => (await fetch(`http://${address}/-/ready`)).ok);
  const ask = async (path: string) => ((await (await fetch(`http://${address}/api/v1/${path}`)).json()) as Reply).data;
  const firing = async () => {
    const { alerts = [] } = await ask("alerts");
    return alerts.filter(({ state }) => state === "firing").map(({ labels }) => labels["alertname"] ?? "");
  };
  return {
    firing,
    succeeded: async () => (await ask("query?query=probe_success==1")).result?.length === 1,
    scraped: async () => (await ask("query?query=caretaker_store_reachable==1")).result?.length === 1,
    untilFiring: async (names: readonly string[]) => {
      const isSo = async () => (await firing()).sort().join() === names.join();
      await waitFor(isSo, { timeoutMs: 20_000, what: `exactly ${names.join(" and ")} to fire` });
    },
  };
}

interface Reply {
  readonly data: {
    readonly alerts?: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
    readonly result?: readonly unknown[];
  };
}
