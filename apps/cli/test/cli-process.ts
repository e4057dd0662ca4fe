import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TargetOptions } from "@caretaker/retention";
import { afterAll } from "vitest";
import { type SpawnedApp, spawnApp } from "../../../scripts/testing/spawn-app.ts";

/** The file that npm links as `caretaker`. */
export const ENTRY = fileURLToPath(new URL("../bin/caretaker.mjs", import.meta.url));

/** The configuration whose checks do what {@link fleetOf} says. */
export const FIXTURE = fileURLToPath(new URL("./fixtures/told.config.mjs", import.meta.url));

/** What a check of the fixture does (`tidy`: cleans up for a while once aborted); the options besides are `defineCheck`'s. */
export interface ToldCheck {
  readonly name: string;
  readonly does: "pass" | "warn" | "fail" | "throw" | "hang" | "tidy" | "child";
  readonly [option: string]: unknown;
}

/** The environment in which the configuration has these checks and targets (name → root), the targets with these options. */
export function fleetOf(
  checks: readonly ToldCheck[],
  targets: Readonly<Record<string, string>> = {},
  options: Partial<TargetOptions> = {},
) {
  const told = { CHECKS: checks, TARGETS: targets, TARGET_OPTIONS: options };
  const texts = Object.entries(told).map(([name, value]) => [name, JSON.stringify(value)]);
  return { CARETAKER_CONFIG: FIXTURE, ...(Object.fromEntries(texts) as Record<keyof typeof told, string>) };
}

/** A directory that is gone after the test file. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-cli-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** How a command ended and what it printed. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** The command as its own process, in a directory without a configuration. */
export function spawnCli(args: readonly string[], env: Record<string, string> = {}): SpawnedApp {
  return spawnApp({
    entry: ENTRY,
    args,
    cwd: tmpdir(),
    env: { DATA_DIR: join(tmpdir(), "caretaker-cli-none"), ...env },
  });
}

/** The command run to its end. */
export async function runCli(args: readonly string[], env: Record<string, string> = {}): Promise<CliRun> {
  const startedMs = performance.now();
  const app = spawnCli(args, env);
  const { code } = await app.exit;
  const tookMs = performance.now() - startedMs;
  return { code, stdout: app.stdoutLines.join("\n"), stderr: app.stderrLines.join("\n"), tookMs };
}

/** The one JSON document that a command printed; throws where it is none, or where anything else stands around it. */
export function documentOf<T = Record<string, unknown>>({ stdout }: CliRun): T {
  return JSON.parse(stdout) as T;
}
