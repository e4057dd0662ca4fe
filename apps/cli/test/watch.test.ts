import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startRedisServer } from "../../../scripts/testing/redis-server.ts";
import type { SpawnedApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";
import { type DirectedFleet, openDirectedFleet } from "../../worker/test/directed-fleet.ts";
import { stopWorker } from "../../worker/test/worker-process.ts";
import { ENTRY, scratchDirectory, spawnCli } from "./cli-process.ts";
import { hasTerminal, NO_TERMINAL, onTerminal } from "./on-terminal.ts";
import { spawnGroup } from "./spawn-group.ts";

const redisUrl = process.env["CARETAKER_TEST_REDIS_URL"] ?? "";
beforeEach((context) => context.skip(redisUrl === "", "no Redis was found"));

const root = scratchDirectory();
let fleet: DirectedFleet;
let worker: SpawnedApp;
const env = () => ({ REDIS_URL: redisUrl, KEY_PREFIX: fleet.prefix, HOST_ID: "host-a" });

beforeAll(async () => {
  if (redisUrl === "") return;
  const quick = { every: "1s", timeout: "500ms", failureThreshold: 1, successThreshold: 1 } as const;
  fleet = openDirectedFleet(root, redisUrl, [{ name: "database", critical: true, ...quick }]);
  worker = fleet.start("host-a");
  await fleet.untilState("database", "up");
});
afterAll(async () => {
  if (redisUrl === "") return;
  await stopWorker(worker);
  fleet.close();
});

async function interrupt(app: SpawnedApp) {
  app.child.kill("SIGINT");
  expect(await app.exit).toEqual({ code: 130, signal: null });
}

describe("caretaker watch into a pipe", () => {
  it("prints what there is, then a line for each change, and ends with 130", async () => {
    const app = spawnCli(["watch"], env());
    await app.waitForLog((line) => /Z {2}database {2}up \(ok\)$/.test(line));
    fleet.direct("database", "fail");
    await app.waitForLog((line) => /Z {2}database {2}up -> down \(refused\)$/.test(line));
    await app.waitForLog((line) => /Z {2}verdict {2}pass -> fail$/.test(line));
    fleet.direct("database", "pass");
    await app.waitForLog((line) => /Z {2}database {2}down -> up \(ok\)$/.test(line));
    await interrupt(app);
    expect(app.stderrLines).toEqual(["caretaker: interrupted"]);
    expect(app.stdoutLines.join("\n")).not.toContain("\u001b");
    expect(new Set(app.stdoutLines).size).toBe(app.stdoutLines.length);
  });

  it("--json prints one document a line", async () => {
    const app = spawnCli(["watch", "--json"], env());
    await app.waitForLog((line) => line.includes('"name":"database"'));
    fleet.direct("database", "warn");
    const line = await app.waitForLog((text) => text.includes('"to":"degraded"'));
    expect(JSON.parse(line)).toEqual({
      what: "check",
      name: "database",
      host: null,
      from: "up",
      to: "degraded",
      code: "threshold",
      atMs: expect.any(Number),
    });
    fleet.direct("database", "pass");
    await interrupt(app);
    const documents = app.stdoutLines.map((text) => JSON.parse(text) as { error?: unknown });
    expect(documents.at(-1)).toEqual({ error: { code: "ERR_INTERRUPTED", message: "interrupted" } });
  });

  it("ends when nobody reads any more", async () => {
    const line = `{ "${process.execPath}" "${ENTRY}" watch; echo "ended with $?" >&2; } | head -n 1`;
    const pipeline = spawnGroup("sh", ["-c", line], { ...process.env, ...env() });
    await waitFor(() => pipeline.out().includes("\n"), { what: "the first line" });
    // It is taken: the next one finds no reader.
    fleet.direct("database", "fail");
    await pipeline.exit;
    expect(pipeline.out()).toMatch(/Z {2}verdict {2}\w+\n$/);
    expect(pipeline.err()).toMatch(/^ended with 130$/m);
    fleet.direct("database", "pass");
    await fleet.untilState("database", "up");
  });
});

it("goes on while the store is away, and says when it went and when it came back", async () => {
  const server = await startRedisServer();
  try {
    const app = spawnCli(["watch"], { REDIS_URL: server.url });
    await app.waitForLog((line) => line.endsWith("store  up (ok)"));
    await server.kill9();
    await app.waitForLog((line) => line.endsWith("store  up -> down (unreachable)"));
    await server.restart();
    await app.waitForLog((line) => line.endsWith("store  down -> up (ok)"));
    await interrupt(app);
  } finally {
    await server.stop();
  }
});

describe("on a terminal", () => {
  beforeEach((context) => context.skip(!hasTerminal(), NO_TERMINAL));

  it("draws the status over the old one with colours, as wide as the terminal, and Ctrl-C ends it with 130", async () => {
    const terminal = onTerminal("watch", { columns: 40, env: env() });
    await waitFor(() => terminal.text().includes("\u001b[32mup\u001b[39m"), { what: "a coloured state" });
    expect(terminal.text()).toContain("\u001b[2J\u001b[H\u001b[32mpass\u001b[39m");
    const seen = terminal.text().length;
    fleet.direct("database", "fail");
    await waitFor(() => terminal.text().slice(seen).includes("\u001b[31mdown\u001b[39m"), { what: "the change" });
    fleet.direct("database", "pass");
    await fleet.untilState("database", "up");
    const lines = terminal.text().split(/\r?\n/).map(stripVTControlCharacters);
    expect(lines.filter((line) => line.startsWith("database")).every((line) => line.length <= 40)).toBe(true);
    terminal.type("\u0003");
    expect(await terminal.exit).toBe(130);
  });

  it.each<[string, string, Record<string, string>]>([
    ["--no-color", "status --no-color", {}],
    ["NO_COLOR", "status", { NO_COLOR: "1" }],
  ])("%s leaves the colours out", async (_name, command, variables) => {
    const terminal = onTerminal(command, { columns: 200, env: { ...env(), ...variables } });
    expect(await terminal.exit).toBe(0);
    expect(terminal.text()).toContain("database");
    expect(terminal.text()).not.toContain("\u001b");
  });

  it("shows the progress of checks and leaves none of it", async () => {
    const told = JSON.stringify([{ name: "fine", does: "pass" }]);
    const config = new URL("./fixtures/told.config.mjs", import.meta.url).pathname;
    const terminal = onTerminal("check", { columns: 100, env: { ...env(), CARETAKER_CONFIG: config, CHECKS: told } });
    expect(await terminal.exit).toBe(0);
    expect(terminal.text()).toContain("\r\u001b[2K0 of 1 checks\r\u001b[2K1 of 1 checks\r\u001b[2K\u001b[2mCHECK");
  });
});
