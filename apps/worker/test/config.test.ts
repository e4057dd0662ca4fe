import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseLine, scratchDirectory, spawnWorker, stopWorker } from "./worker-process.ts";

const directory = scratchDirectory();

function start(env: Record<string, string>) {
  return spawnWorker({
    REDIS_URL: process.env["CARETAKER_TEST_REDIS_URL"] ?? "",
    DATA_DIR: join(directory, "data"),
    KEY_PREFIX: "config-test",
    ...env,
  });
}

async function refusal(env: Record<string, string>): Promise<string> {
  const app = start(env);
  expect(await app.exit).toEqual({ code: 78, signal: null });
  const logged = app.stdoutLines.map(parseLine).map((line) => String(line?.["msg"] ?? ""));
  return [...logged, ...app.stderrLines].join("\n");
}

function config(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe("the worker refuses to start and exits 78", () => {
  it("naming every wrong variable together, its value and what is allowed", async () => {
    const said = await refusal({ MAX_RECORDINGS: "0", LOG_LEVEL: "loud", REDIS_URL: "http://:hunter22hunter@x" });
    expect(said).toMatch(/MAX_RECORDINGS: "0" is not allowed; allowed: /);
    expect(said).toMatch(/LOG_LEVEL: "loud" is not allowed; allowed: error, warn, info, debug/);
    expect(said).toMatch(/REDIS_URL: /);
    expect(said).not.toContain("hunter22");
  });

  it("when the named file does not exist", async () => {
    const missing = join(directory, "nowhere.config.ts");
    expect(await refusal({ CARETAKER_CONFIG: missing })).toContain(`${missing}: CARETAKER_CONFIG names this file`);
  });

  it("when the file has an unknown key", async () => {
    const file = config("unknown-key.config.mjs", "export default { checkz: [] };");
    expect(await refusal({ CARETAKER_CONFIG: file })).toMatch(/checkz[\s\S]*defineConfig/);
  });

  it("when the file exports nothing, or does not parse", async () => {
    const empty = config("empty.config.mjs", "export const x = 1;");
    expect(await refusal({ CARETAKER_CONFIG: empty })).toContain(empty);
    const broken = config("broken.config.mjs", "export default {");
    expect(await refusal({ CARETAKER_CONFIG: broken })).toContain(broken);
  });

  it("when a recordings directory that was named is missing", async () => {
    const missing = join(directory, "not-mounted");
    expect(await refusal({ RECORDINGS_DIR: missing })).toContain(missing);
  });

  it("when a recordings directory is the root of everything", async () => {
    expect(await refusal({ RECORDINGS_DIR: "/" })).toContain('"/"');
  });
});

describe("--print-config", () => {
  it("shows the effective settings with secrets masked, and ends", async () => {
    const { spawnApp } = await import("../../../scripts/testing/spawn-app.ts");
    const entry = new URL("../dist/main.js", import.meta.url).pathname;
    const env = { OPENAI_API_KEY: "sk-canary-0123456789", REDIS_URL: "redis://:pw-canary-77@127.0.0.1:1" };
    const app = spawnApp({ entry, args: ["--print-config"], env });
    expect(await app.exit).toEqual({ code: 0, signal: null });
    const said = app.stdoutLines.join("\n");
    expect(said).toContain("OPENAI_API_KEY=configured");
    expect(said).toContain("HF_TOKEN=missing");
    expect(said).toContain("MAX_RECORDINGS=100");
    expect(said).not.toContain("canary");
  });
});

it("a TypeScript configuration file is used", async () => {
  const file = join(import.meta.dirname, "fixtures", "typed.config.ts");
  const app = start({ CARETAKER_CONFIG: file });
  const line = await app.waitForLog((text) => text.includes("worker started"));
  expect(parseLine(line)).toMatchObject({ checks: 1, targets: [] });
  await stopWorker(app);
});
