import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";
import { waitFor } from "../../../scripts/testing/wait-for.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url));

interface Program {
  timeoutMs?: number;
  steps?: Record<string, string>;
  idle?: boolean;
  wrong?: string;
  slow?: boolean;
}

const started: SpawnedApp[] = [];

afterEach(async () => {
  for (const app of started.splice(0)) {
    app.child.kill("SIGKILL");
    await app.exit;
  }
});

async function start(program: Program = {}, file = "stopping"): Promise<SpawnedApp> {
  const app = spawnApp({ entry: fixture(file), args: [JSON.stringify(program)] });
  started.push(app);
  await app.waitForLog((line) => line.includes('"ready"'));
  return app;
}

function records(app: SpawnedApp): Record<string, unknown>[] {
  return app.stdoutLines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

function stepsOf(app: SpawnedApp): unknown[] {
  return records(app)
    .filter(({ msg }) => msg === "shutdown step")
    .map(({ step, ok }) => [step, ok]);
}

function told(app: SpawnedApp, msg: string): Record<string, unknown> | undefined {
  return records(app).find((record) => record["msg"] === msg);
}

const ways: Record<string, (app: SpawnedApp) => unknown> = {
  SIGTERM: (app) => app.child.kill("SIGTERM"),
  SIGINT: (app) => app.child.kill("SIGINT"),
  SIGHUP: (app) => app.child.kill("SIGHUP"),
  quit: (app) => app.child.stdin?.write("hello\nqu") && app.child.stdin.write("it\n"),
};

describe("every way of asking", () => {
  it.each(Object.keys(ways))("%s runs the same steps in order and exits 0", async (reason) => {
    const app = await start({ steps: { listener: "ok", queues: "ok", database: "ok" } });
    ways[reason]?.(app);
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(told(app, "shutdown")).toMatchObject({ reason });
    expect(stepsOf(app)).toEqual([
      ["listener", true],
      ["queues", true],
      ["database", true],
    ]);
    expect(records(app).at(-1)).toMatchObject({ msg: "shutdown finished", code: 0, ms: expect.any(Number) });
  });

  it("a parent that was killed counts as one", async () => {
    const app = await start({ steps: { listener: "ok" } }, "parent");
    app.child.kill("SIGKILL");
    // Output ends when the orphan does.
    await app.exit;
    expect(told(app, "shutdown")).toMatchObject({ reason: "parent gone" });
    expect(told(app, "shutdown finished")).toMatchObject({ code: 0 });
  });

  it("so does one that went while the program was loading", async () => {
    const app = spawnApp({
      entry: fixture("stopping"),
      args: [JSON.stringify({ steps: { listener: "ok" }, slow: true })],
    });
    started.push(app);
    app.child.disconnect();
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(told(app, "shutdown")).toMatchObject({ reason: "parent gone" });
    expect(stepsOf(app)).toEqual([["listener", true]]);
  });

  it.each([
    ["throw", "uncaughtException"],
    ["reject", "unhandledRejection"],
  ])("a fault (%s) runs them too and exits 1", async (wrong, reason) => {
    const app = await start({ steps: { listener: "ok" }, wrong });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(told(app, "fault")).toMatchObject({ reason, error: { message: "boom [redacted]" } });
    expect(told(app, "shutdown")).toMatchObject({ reason });
    expect(stepsOf(app)).toEqual([["listener", true]]);
  });

  it("ends even where the fault goes on for ever", async () => {
    const app = await start({ steps: { listener: "ok" }, wrong: "throw for ever" });
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(stepsOf(app)).toEqual([["listener", true]]);
  });
});

describe("a step that goes wrong", () => {
  it("is logged without its secrets, and the rest go on; exit 1", async () => {
    const app = await start({ steps: { one: "fails", two: "throws", three: "ok" } });
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(stepsOf(app)).toEqual([
      ["one", false],
      ["two", false],
      ["three", true],
    ]);
    expect(told(app, "shutdown step")).toMatchObject({ error: { message: "step failed with [redacted]" } });
  });

  it("counts as a fault when it throws past its own promise", async () => {
    const app = await start({ steps: { one: "throws outside", two: "ok" } });
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 1, signal: null });
    expect(told(app, "fault")).toMatchObject({ error: { message: "late" } });
  });
});

describe("the deadline", () => {
  it("aborts the step that hangs, gives the others their turn and exits 124", async () => {
    const app = await start({ timeoutMs: 200, steps: { one: "hangs", two: "ok" } });
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 124, signal: null });
    expect(stepsOf(app)).toEqual([
      ["one", false],
      ["two", true],
    ]);
  });

  it("lets a step that reacts to its signal end well, and still exits 124", async () => {
    const app = await start({ timeoutMs: 200, steps: { one: "ends on abort", two: "ok" } });
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 124, signal: null });
    expect(stepsOf(app)).toEqual([
      ["one", true],
      ["two", true],
    ]);
  });

  it("is final: the process goes within 1 s of it, however many steps hang", async () => {
    const hanging = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`step ${index}`, "hangs"]));
    const app = await start({ timeoutMs: 100, steps: hanging });
    const startedMs = performance.now();
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 124, signal: null });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

describe("a second signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s exits at once with %d", async (signal, code) => {
    const app = await start({ timeoutMs: 20_000, steps: { one: "hangs" } });
    app.child.kill("SIGTERM");
    await app.waitForLog((line) => line.includes('"shutdown"'));
    const endsWhenAsked = () => !app.child.kill(signal) || app.child.exitCode !== null;
    await waitFor(endsWhenAsked, { what: "the process to end" });
    expect(await app.exit).toEqual({ code, signal: null });
  });

  it("is not what Ctrl-C under npm sends twice", async () => {
    const app = await start({ steps: { one: "ends on abort", two: "ok" }, timeoutMs: 500 });
    app.child.kill("SIGINT");
    await app.waitForLog((line) => line.includes('"shutdown"'));
    app.child.kill("SIGINT");
    expect(await app.exit).toEqual({ code: 124, signal: null });
    expect(stepsOf(app)).toHaveLength(2);
  });

  it("is counted among signals only: after `quit` the first one still waits", async () => {
    const app = await start({ steps: { one: "ends on abort" }, timeoutMs: 500 });
    app.child.stdin?.write("quit\n");
    await app.waitForLog((line) => line.includes('"shutdown"'));
    app.child.kill("SIGTERM");
    expect(await app.exit).toEqual({ code: 124, signal: null });
  });
});

describe("listening", () => {
  it("does not take the end of stdin, or another line, for a request", async () => {
    const app = await start();
    app.child.stdin?.end("quitter\nnot quit\nquit");
    await waitFor(() => app.child.stdin?.writableFinished, { what: "stdin to end" });
    app.child.kill("SIGTERM");
    await app.exit;
    expect(told(app, "shutdown")).toMatchObject({ reason: "SIGTERM" });
  });

  it("keeps no process alive that has nothing left to do", async () => {
    const app = await start({ idle: true });
    expect(await app.exit).toEqual({ code: 0, signal: null });
    expect(told(app, "shutdown")).toBeUndefined();
  });

  it("works with stdin closed and nobody reading the log", async () => {
    const child = spawn(
      process.execPath,
      [fixture("stopping"), JSON.stringify({ steps: { one: "fails", two: "ok" } })],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const exited = new Promise((resolve) => child.once("close", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.stdout.destroy();
    child.kill("SIGTERM");
    expect(await exited).toBe(1);
  });
});
