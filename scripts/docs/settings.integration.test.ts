import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
// A built package, named by its file: scripts are no workspace and declare no dependency on it.
const service = new URL("../../packages/service/dist/index.js", import.meta.url).href;

interface Service {
  readonly allSettings: unknown;
  settingsAsEnvExample(table: unknown): string;
  settingsAsMarkdown(table: unknown): string;
}

it("docs/settings.md and .env.example say what the code reads", async () => {
  const { allSettings, settingsAsEnvExample, settingsAsMarkdown } = (await import(service)) as Service;
  expect(read("../../.env.example")).toBe(settingsAsEnvExample(allSettings));
  expect(read("../../docs/settings.md")).toContain(settingsAsMarkdown(allSettings));
});
