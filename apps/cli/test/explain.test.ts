import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { spawnApi, stopApi, urlOf } from "../../api/test/api-process.ts";
import { type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { stopWorker } from "../../worker/test/worker-process.ts";
import { documentOf, runCli, scratchDirectory } from "./cli-process.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
beforeEach((context) => context.skip(redisUrl === "", "no Redis was found"));

interface Told {
  readonly check: string;
  readonly explanations: readonly {
    readonly state: object;
    readonly transition: string | null;
    readonly why: string[];
  }[];
  readonly transitions?: readonly { readonly id: string; readonly from: string; readonly to: string }[];
}

const root = scratchDirectory();
let fleet: DirectedFleet;
let worker: SpawnedApp;
let api: SpawnedApp;
const env = () => ({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a" });
const explain = (...args: string[]) => runCli(["explain", ...args], env());

beforeAll(async () => {
  if (redisUrl === "") return;
  const quick = { every: "1s", timeout: "500ms", failureThreshold: 1, successThreshold: 1 } as const;
  fleet = openDirectedFleet(root, redisUrl, [{ name: "database", critical: true, ...quick }]);
  worker = fleet.start("host-a");
  api = spawnApi(env());
  await fleet.untilState("database", "up");
  fleet.direct("database", "fail");
  await fleet.untilState("database", "down");
});
afterAll(async () => {
  if (redisUrl === "") return;
  await Promise.all([stopWorker(worker), stopApi(api)]);
  fleet.close();
});

describe("caretaker explain", () => {
  it("tells the chain as sentences, the outcomes and the changes; what it explains is no failure of its own", async () => {
    const { code, stdout, stderr } = await explain("database");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("database (fleet): down");
    expect(lines).toContain("  It is critical, so it contributes fail.");
    expect(lines).toContain("  Alone it makes readiness 503.");
    expect(stdout).toMatch(/^OUTCOME AT +STATUS +CODE +TOOK +RUN$/m);
    expect(stdout).toMatch(/Z +fleet +up +down +refused +\d+-\d+$/m);
  });

  it("--json tells what the API's /status/explain tells", async () => {
    const ours = documentOf<Told>(await explain("database", "--json"));
    const response = await fetch(`${await urlOf(api)}/status/explain/database`);
    const theirs = (await response.json()) as Told;
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(ours.transitions).toEqual(theirs.transitions);
    expect(Object.keys(ours.explanations[0] ?? {})).toEqual(Object.keys(theirs.explanations[0] ?? {}));
    expect(ours.explanations[0]?.state).toEqual(theirs.explanations[0]?.state);
  });

  it("--at tells why it changed then", async () => {
    const { transitions = [] } = documentOf<Told>(await explain("database", "--json"));
    const id = transitions.find(({ from, to }) => from === "up" && to === "down")?.id ?? "";
    const past = documentOf<Told>(await explain("database", "--at", id, "--json"));
    expect(past).toMatchObject({ check: "database", explanations: [{ transition: id }] });
    expect(past.transitions).toBeUndefined();
    expect((await explain("database", "--at", id)).stdout).toContain("The state went from up to down.");
  });

  it.each(["1-1", "nonsense", "99999999999999999999-0"])(
    "ends with 2 for --at %s, which is no transition",
    async (id) => {
      const run = await explain("database", "--at", id);
      expect(run).toMatchObject({ code: 2, stdout: "" });
      expect(run.stderr).toContain(`"${id}" is no transition of database`);
    },
  );

  it("ends with 2 for a check that nobody announced, and names those there are", async () => {
    const run = await explain("databse");
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toBe('caretaker: no such check: "databse"; known: database, store');
  });
});
