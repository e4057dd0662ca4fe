import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findOnPath } from "../../../../scripts/setup/find-on-path.mjs";
import type { Client, Verdict } from "./client.ts";

const SCRIPT = fileURLToPath(new URL("../../../../deploy/healthcheck.mjs", import.meta.url));
const CHECK_HTTP = "/usr/lib/nagios/plugins/check_http";

/** Programs that ask once and say it by their exit code. */
export const commandClients: readonly Client[] = [
  command("curl -fsS -m 2", findOnPath(["curl"]), (port) => ["-fsS", "-m", "2", "-o", "/dev/null", ready(port)]),
  command("wget", findOnPath(["wget"]), (port) => ["-q", "-t", "1", "-T", "2", "-O", "/dev/null", ready(port)]),
  command("wget --spider (HEAD)", findOnPath(["wget"]), (port) => [
    "-q",
    "-t",
    "1",
    "-T",
    "2",
    "--spider",
    ready(port),
  ]),
  command("check_http", existsSync(CHECK_HTTP) ? CHECK_HTTP : undefined, (port) => [
    ...["-H", "127.0.0.1", "-p", String(port), "-u", "/health/ready", "-e", "HTTP/1.1 200", "-t", "2"],
  ]),
  command("check_http -I -j HEAD (HTTP/1.0, no Host)", existsSync(CHECK_HTTP) ? CHECK_HTTP : undefined, (port) => [
    ...["-I", "127.0.0.1", "-p", String(port), "-j", "HEAD", "-u", "/health/ready", "-t", "2"],
  ]),
  command("deploy/healthcheck.mjs", process.execPath, () => [SCRIPT]),
];

function ready(port: number): string {
  return `http://127.0.0.1:${port}/health/ready`;
}

function command(name: string, program: string | undefined, args: (port: number) => readonly string[]): Client {
  return {
    name,
    program,
    start: async (path, { port }) => ({ verdict: () => verdictOf(path, args(port), port), stop: async () => {} }),
  };
}

function verdictOf(program: string, args: readonly string[], port: number): Promise<Verdict> {
  const env = { PATH: process.env["PATH"], PORT: String(port) };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 10_000 }, (error) => resolve(error === null ? "up" : "down"));
  });
}
