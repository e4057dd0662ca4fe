import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

const READY_MS = 10_000;

/** Does the work with a Redis of its own, in memory only, that ends with it. */
export async function withRedis<T>(work: (url: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "caretaker-bench-redis-"));
  const port = await freePort();
  const settings = ["--bind", "127.0.0.1", "--port", String(port), "--save", "", "--appendonly", "no", "--hz", "100"];
  const command = process.env["CARETAKER_REDIS_SERVER"] ?? "redis-server";
  const server = spawn(command, [...settings, "--dir", dir], { stdio: "ignore" });
  const failed = new Promise<never>((_resolve, reject) => server.once("error", reject));
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  try {
    const url = `redis://127.0.0.1:${port}`;
    await Promise.race([accepting(url), failed]);
    return await work(url);
  } finally {
    process.off("exit", kill);
    kill();
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

async function accepting(url: string): Promise<void> {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  try {
    await Promise.race([client.ping(), late()]);
  } finally {
    client.disconnect();
  }
}

function late(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`redis-server did not answer within ${READY_MS} ms`)), READY_MS).unref();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
