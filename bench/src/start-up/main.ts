import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STARTED } from "../probes/cases.js";
import { driveLoad } from "../probes/drive-load.js";
import { startServer } from "../probes/start-server.js";
import { inRounds } from "../shared/in-rounds.js";
import { markdownTable } from "../shared/markdown-table.js";
import type { Part } from "../shared/part.js";
import { quantile } from "../shared/quantile.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** From the start of a process to its first 200, its memory before and after load, and what an install takes. */
export const startUp: Part = async ({ quick }) => {
  const contenders = STARTED.map(({ name, settings }) => ({
    name,
    measure: () => startOnce(settings, quick ? 50 : 500),
  }));
  const results = await inRounds(contenders, quick ? 1 : 5);
  const express = results.find(({ name }) => name === "Express 5, `res.json`")?.rounds ?? [];
  const rows = results.map(({ name, rounds }) => {
    const median = (figure: (one: StartFigures) => number) => quantile(rounds.map(figure), 0.5);
    const ratio = rounds.map(({ startMs }, round) => startMs / (express[round]?.startMs ?? Number.NaN));
    return [
      name,
      median(({ startMs }) => startMs).toFixed(0),
      quantile(ratio, 0.5).toFixed(2),
      (median(({ idleBytes }) => idleBytes) / 2 ** 20).toFixed(0),
      (median(({ loadedBytes }) => loadedBytes) / 2 ** 20).toFixed(0),
    ];
  });
  const sizes = [ownSize(), ...PEERS.map(peerSize)];
  const head = ["server", "first 200 after ms", "it ÷ Express 5", "RSS idle MiB", "RSS after load MiB"];
  const sizeRows = sizes.map(({ name, packages, bytes }) => [name, String(packages), (bytes / 1024).toFixed(0)]);
  return {
    tables: [
      ["Start and memory", markdownTable(head, rows)],
      ["Installed, its dependencies counted in", markdownTable(["package", "packages", "KiB"], sizeRows)],
    ],
    figures: { results, sizes },
  };
};

interface StartFigures {
  readonly startMs: number;
  readonly idleBytes: number;
  readonly loadedBytes: number;
}

async function startOnce(settings: (typeof STARTED)[number]["settings"], loadMs: number): Promise<StartFigures> {
  const beganMs = performance.now();
  const server = await startServer(settings, false);
  try {
    const load = { port: server.port, path: server.liveness };
    await driveLoad({ ...load, connections: 1, durationMs: 0 });
    const startMs = performance.now() - beganMs;
    const { rssBytes: idleBytes } = await server.usage();
    await driveLoad({ ...load, connections: 32, durationMs: loadMs });
    const { rssBytes: loadedBytes } = await server.usage();
    return { startMs, idleBytes, loadedBytes };
  } finally {
    await server.stop();
  }
}

interface InstallSize {
  readonly name: string;
  readonly packages: number;
  readonly bytes: number;
}

/** The middleware as its users get it: packed, and installed into an empty directory. */
function ownSize(): InstallSize {
  const directory = mkdtempSync(join(tmpdir(), "caretaker-bench-install-"));
  try {
    const npm = (...args: string[]) => execFileSync("npm", args, { cwd: directory, encoding: "utf8", timeout: 60_000 });
    const packed = ["units", "health", "express"].map((name) => {
      npm("pack", "--silent", "--pack-destination", directory, join(ROOT, "packages", name));
      return `./caretaker-${name}-${readPackage(join(ROOT, "packages", name)).version}.tgz`;
    });
    writeFileSync(join(directory, "package.json"), "{}");
    npm("install", "--offline", "--no-audit", "--no-fund", "--omit=peer", ...packed);
    const modules = join(directory, "node_modules", "@caretaker");
    const installed = readdirSync(modules).map((name) => join(modules, name));
    return { name: "@caretaker/express", packages: installed.length, bytes: sum(installed.map(sizeOf)) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const PEERS = [
  "@godaddy/terminus",
  "lightship",
  "express-actuator",
  "@cloudnative/health-connect",
  "kube-probe",
  "@fastify/under-pressure",
  "@nestjs/terminus",
];

/** A peer and what it depends on as it is installed here; the framework that it is a plugin of not counted in. */
function peerSize(name: string): InstallSize {
  const seen = new Set<string>();
  collect(name, join(ROOT, "bench", "package.json"), seen);
  return { name, packages: seen.size, bytes: sum([...seen].map(sizeOf)) };
}

function collect(name: string, from: string, seen: Set<string>): void {
  const directory = directoryOf(name, from);
  if (directory === undefined || seen.has(directory)) return;
  seen.add(directory);
  for (const dependency of Object.keys(readPackage(directory).dependencies ?? {})) {
    collect(dependency, join(directory, "package.json"), seen);
  }
}

function directoryOf(name: string, from: string): string | undefined {
  const paths = createRequire(from).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => readPackage(path).name === name);
  return found;
}

function readPackage(directory: string): { name?: string; version?: string; dependencies?: Record<string, string> } {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  } catch {
    return {};
  }
}

// What a package brings inside itself was counted where it was found.
function sizeOf(directory: string): number {
  const entries = readdirSync(directory, { withFileTypes: true }).filter(({ name }) => name !== "node_modules");
  const paths = entries.map((entry) => ({ entry, path: join(directory, entry.name) }));
  return sum(paths.map(({ entry, path }) => (entry.isDirectory() ? sizeOf(path) : lstatSync(path).size)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
