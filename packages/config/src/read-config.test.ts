import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveDataDirectories } from "./data-directories.js";
import { InvalidConfigError } from "./errors.js";
import { readConfig } from "./read-config.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "caretaker-config-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function settings(changes: { configPath?: string; llmProvider?: "ollama" } = {}) {
  const paths = { dataDir: directory, dbPath: join(directory, "db"), recordingsDir: join(directory, "recordings") };
  const others = { redis: "redis://127.0.0.1:1", maxRecordings: 3, llmProvider: "none", configPath: null } as const;
  return { ...paths, ...others, ...changes };
}

const write = (name: string, text = "export default { checks: [] };") => writeFileSync(join(directory, name), text);

describe("readConfig", () => {
  it("is the built-in one where there is no file: its root and its numbers are the settings'", async () => {
    const { config, file } = await readConfig(settings(), directory);
    expect(file).toBeNull();
    expect(config.checks?.map(({ name }) => name)).toContain("database");
    expect(config.retention).toMatchObject([{ name: "recordings", root: join(directory, "recordings") }]);
  });

  it("watches the model server that was named", async () => {
    const { config } = await readConfig(settings({ llmProvider: "ollama" }), directory);
    expect(config.checks?.map(({ name }) => name)).toContain("llm");
  });

  it.each(["caretaker.config.ts", "caretaker.config.js", "caretaker.config.mjs"])(
    "finds %s in the working directory",
    async (name) => {
      write(name);
      expect(await readConfig(settings(), directory)).toEqual({ config: { checks: [] }, file: join(directory, name) });
    },
  );

  it("prefers the file that was named, against the working directory", async () => {
    write("caretaker.config.mjs");
    mkdirSync(join(directory, "other"));
    write("other/named.mjs");
    const { file } = await readConfig(settings({ configPath: "other/named.mjs" }), directory);
    expect(file).toBe(join(directory, "other/named.mjs"));
  });

  it("refuses to choose between two files, naming both", async () => {
    write("caretaker.config.mjs");
    write("caretaker.config.js");
    const reading = readConfig(settings(), directory);
    await expect(reading).rejects.toThrow(InvalidConfigError);
    await expect(reading).rejects.toThrow(/caretaker\.config\.js: .*caretaker\.config\.mjs exists too/);
  });
});

it("the data directories are made absolute, and nothing else is made", () => {
  const resolved = resolveDataDirectories({ dataDir: "a", dbPath: "/b/c.db", recordingsDir: "a/recordings" });
  expect(resolved).toEqual({
    dataDir: join(process.cwd(), "a"),
    dbPath: "/b/c.db",
    recordingsDir: join(process.cwd(), "a/recordings"),
  });
});
